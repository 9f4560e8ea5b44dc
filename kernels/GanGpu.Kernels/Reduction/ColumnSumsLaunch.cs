using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>sums[c] = Σ_r x[r,c], in a fixed order.</summary>
internal readonly unsafe struct ColumnSumsLaunch(int rows, int columns, Slice<float> x, Slice<float> sums) : ILaunch
{
    private const string Operation = "ColumnSums";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "sums", sums, columns);
        Apart(Operation, "sums", sums, "x", x);
    }

    public Action Bind(IGpu gpu) =>
        ReductionGpu.Of(gpu)
            .BindColumnSums(
                gpu.Stream, rows, columns, gpu.View(x), gpu.View(sums),
                gpu.Scratch(ReductionGpu.ColumnSumsScratch(rows, columns)));

    public Action Bind(IHost host) =>
        ReductionHost.ColumnSums(host.Team, rows, columns, host.Address(x), host.Address(sums));
}
