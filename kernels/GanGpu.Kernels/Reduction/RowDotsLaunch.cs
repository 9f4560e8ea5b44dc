using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>sums[r] = Σ_c a[r,c] · b[r,c], in a fixed order. a may be b.</summary>
internal readonly unsafe struct RowDotsLaunch(
    int rows, int columns, Slice<float> a, Slice<float> b, Slice<float> sums) : ILaunch
{
    private const string Operation = "RowDots";

    public void Check()
    {
        Matrix(Operation, rows, columns, "a", a);
        Matrix(Operation, rows, columns, "b", b);
        Shape(Operation, "sums", sums, rows);
        Apart(Operation, "sums", sums, "a", a);
        Apart(Operation, "sums", sums, "b", b);
    }

    public Action Bind(IGpu gpu) =>
        RowSumsGpu.Of(gpu)
            .BindDots(
                gpu.Stream, rows, columns, gpu.View(a), gpu.View(b), gpu.View(sums),
                gpu.Scratch(RowSumsGpu.Scratch(rows, columns)));

    public Action Bind(IHost host) =>
        RowSumsHost.Dots(
            host.Team, rows, columns, host.Address(a), host.Address(b), host.Address(sums),
            host.Scratch(RowSumsHost.Scratch(rows, columns)));
}
