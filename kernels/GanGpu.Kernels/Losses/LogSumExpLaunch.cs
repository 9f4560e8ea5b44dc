using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>y[r] = ln Σ_c e^x[r,c], with the row's maximum subtracted first.</summary>
internal readonly unsafe struct LogSumExpLaunch(int rows, int columns, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "LogSumExp";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "y", y, rows);
        Apart(Operation, "y", y, "x", x);
    }

    public Action Bind(IGpu gpu) =>
        SoftmaxGpu.Of(gpu)
            .BindLogSumExp(gpu.Stream, rows, columns, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        SoftmaxHost.LogSumExp(host.Team, rows, columns, host.Address(x), host.Address(y));
}
