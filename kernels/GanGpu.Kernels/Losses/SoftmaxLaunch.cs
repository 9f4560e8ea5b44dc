using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>y[r,c] = e^x[r,c] / Σ_i e^x[r,i], with the row's maximum subtracted first.</summary>
internal readonly unsafe struct SoftmaxLaunch(int rows, int columns, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "Softmax";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "y", y, rows, columns);
        Apart(Operation, "y", y, "x", x);
    }

    public Action Bind(IGpu gpu) =>
        SoftmaxGpu.Of(gpu)
            .BindSoftmax(gpu.Stream, rows, columns, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        SoftmaxHost.Softmax(host.Team, rows, columns, host.Address(x), host.Address(y));
}
