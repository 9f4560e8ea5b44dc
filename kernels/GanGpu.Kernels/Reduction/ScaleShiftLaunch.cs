using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>y[g · Rows + r, c] = f(scale[g,c] · x[g · Rows + r, c] + shift[g,c]). y may be x.</summary>
internal readonly unsafe struct ScaleShiftLaunch(
    RowGroups shape, Activation activation, Slice<float> x, Slice<float> scale, Slice<float> shift,
    Slice<float> y) : ILaunch
{
    private const string Operation = "ScaleShift";

    public void Check()
    {
        RowGroups(Operation, shape, "y", y, "the scale", scale);
        RowGroups(Operation, shape, "y", y, "the shift", shift);
        Unary(Operation, x, y);
    }

    public Action Bind(IGpu gpu) =>
        RowGroupsGpu.Of(gpu)
            .BindScaleShift(gpu.Stream, shape, activation, gpu.View(x), gpu.View(scale), gpu.View(shift), gpu.View(y));

    public Action Bind(IHost host) =>
        RowGroupsHost.ScaleShift(
            host.Team, shape, activation, host.Address(x), host.Address(scale), host.Address(shift), host.Address(y));
}
