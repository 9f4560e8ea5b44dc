using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>y[g · Rows + r, c] = factor · x[g,c].</summary>
internal readonly unsafe struct RepeatRowsLaunch(
    RowGroups shape, float factor, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "RepeatRows";

    public void Check() => RowGroups(Operation, shape, "y", y, "x", x);

    public Action Bind(IGpu gpu) =>
        RowGroupsGpu.Of(gpu)
            .BindRepeat(gpu.Stream, shape, factor, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        RowGroupsHost.Repeat(host.Team, shape, factor, host.Address(x), host.Address(y));
}
