using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>sums[r] = Σ_c x[r,c], in a fixed order.</summary>
internal readonly unsafe struct RowSumsLaunch(int rows, int columns, Slice<float> x, Slice<float> sums) : ILaunch
{
    private const string Operation = "RowSums";

    public void Check()
    {
        Matrix(Operation, rows, columns, "x", x);
        Shape(Operation, "sums", sums, rows);
        Apart(Operation, "sums", sums, "x", x);
    }

    public Action Bind(IGpu gpu) =>
        RowSumsGpu.Of(gpu)
            .BindSums(
                gpu.Stream, rows, columns, gpu.View(x), gpu.View(sums), gpu.Scratch(RowSumsGpu.Scratch(rows, columns)));

    public Action Bind(IHost host) =>
        RowSumsHost.Sums(
            host.Team, rows, columns, host.Address(x), host.Address(sums),
            host.Scratch(RowSumsHost.Scratch(rows, columns)));
}
