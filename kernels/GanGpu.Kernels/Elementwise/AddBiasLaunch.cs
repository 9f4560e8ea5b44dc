using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r,c] = x[r,c] + bias[c]. y may be x.</summary>
internal readonly unsafe struct AddBiasLaunch(
    int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y) : ILaunch
{
    private const string Operation = "AddBias";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "bias", bias, columns);
        Shape(Operation, "y", y, rows, columns);
        SameOrApart(Operation, "y", y, "x", x);
        Apart(Operation, "y", y, "bias", bias);
    }

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu)
            .BindAddBias(gpu.Stream, columns, gpu.View(x), gpu.View(bias), gpu.View(y));

    public Action Bind(IHost host) =>
        ElementwiseHost.AddBias(host.Team, rows, columns, host.Address(x), host.Address(bias), host.Address(y));
}
