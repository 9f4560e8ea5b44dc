using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Elementwise.ColumnChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r,c] = x[r, first + c], from x [rows, columns] to y [rows, count].</summary>
internal readonly unsafe struct SliceColumnsLaunch(
    int rows, int columns, int first, int count, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "SliceColumns";

    public void Check() => SliceColumns(Operation, rows, columns, first, count, x, y);

    public Action Bind(IGpu gpu) =>
        ColumnSlicesGpu.Of(gpu)
            .BindSlice(gpu.Stream, columns, first, count, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        ColumnSlicesHost.Slice(host.Team, rows, columns, first, count, host.Address(x), host.Address(y));
}
