using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Elementwise.ColumnChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y[r, first + c] = x[r,c], all other elements 0, from x [rows, count] to y [rows, columns].</summary>
internal readonly unsafe struct PadColumnsLaunch(
    int rows, int columns, int first, int count, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "PadColumns";

    public void Check() => SliceColumns(Operation, rows, columns, first, count, y, x);

    public Action Bind(IGpu gpu) =>
        ColumnSlicesGpu.Of(gpu)
            .BindPad(gpu.Stream, columns, first, count, gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        ColumnSlicesHost.Pad(host.Team, rows, columns, first, count, host.Address(x), host.Address(y));
}
