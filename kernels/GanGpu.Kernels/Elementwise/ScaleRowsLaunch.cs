using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r,c] = factors[r] · x[r,c]. y may be x.</summary>
internal readonly unsafe struct ScaleRowsLaunch(
    int rows, int columns, Slice<float> x, Slice<float> factors, Slice<float> y) : ILaunch
{
    private const string Operation = "ScaleRows";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "factors", factors, rows);
        Shape(Operation, "y", y, rows, columns);
        SameOrApart(Operation, "y", y, "x", x);
        Apart(Operation, "y", y, "factors", factors);
    }

    public Action Bind(IGpu gpu) =>
        RowScalingGpu.Of(gpu)
            .BindScaleRows(gpu.Stream, columns, gpu.View(x), gpu.View(factors), gpu.View(y));

    public Action Bind(IHost host) =>
        RowScalingHost.ScaleRows(host.Team, rows, columns, host.Address(x), host.Address(factors), host.Address(y));
}
