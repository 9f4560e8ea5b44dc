using GanGpu.Kernels.Elementwise;

namespace GanGpu.Backends;

/// <summary>Matrices side by side.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action ConcatenateColumns(int rows, int columnsOfA, int columnsOfB, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.ConcatenateColumns(rows, columnsOfA, columnsOfB, a, b, y);
        return ColumnSlicesHost.Concatenate(team, rows, columnsOfA + columnsOfB, columnsOfA, Address(a), Address(b), Address(y));
    }

    public Action SliceColumns(int rows, int columns, int first, int count, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.SliceColumns(nameof(SliceColumns), rows, columns, first, count, x, y);
        return ColumnSlicesHost.Slice(team, rows, columns, first, count, Address(x), Address(y));
    }

    public Action PadColumns(int rows, int columns, int first, int count, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.SliceColumns(nameof(PadColumns), rows, columns, first, count, y, x);
        return ColumnSlicesHost.Pad(team, rows, columns, first, count, Address(x), Address(y));
    }
}
