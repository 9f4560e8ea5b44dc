using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>sums[g,c] = factor · Σ_r x[g · Rows + r, c], in a fixed order.</summary>
internal readonly unsafe struct SumRowGroupsLaunch(
    RowGroups shape, float factor, Slice<float> x, Slice<float> sums) : ILaunch
{
    private const string Operation = "SumRowGroups";

    public void Check() => RowGroups(Operation, shape, "x", x, "the sums", sums);

    public Action Bind(IGpu gpu) =>
        RowGroupsGpu.Of(gpu)
            .BindSum(
                gpu.Stream, shape, factor, gpu.View(x), gpu.View(sums), gpu.Scratch(RowGroupsGpu.SumScratch(shape)));

    public Action Bind(IHost host) =>
        RowGroupsHost.Sum(host.Team, shape, factor, host.Address(x), host.Address(sums));
}
