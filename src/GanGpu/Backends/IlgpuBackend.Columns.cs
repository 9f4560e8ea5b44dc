using GanGpu.Kernels.Elementwise;

namespace GanGpu.Backends;

/// <summary>Matrices side by side.</summary>
internal sealed partial class IlgpuBackend
{
    private ColumnSlicesGpu ColumnSlices => field ??= new(loader);

    public Action ConcatenateColumns(int rows, int columnsOfA, int columnsOfB, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        LaunchArguments.ConcatenateColumns(rows, columnsOfA, columnsOfB, a, b, y);
        return ColumnSlices.BindConcatenate(Stream, columnsOfA + columnsOfB, columnsOfA, View(a), View(b), View(y));
    }

    public Action SliceColumns(int rows, int columns, int first, int count, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.SliceColumns(nameof(SliceColumns), rows, columns, first, count, x, y);
        return ColumnSlices.BindSlice(Stream, columns, first, count, View(x), View(y));
    }

    public Action PadColumns(int rows, int columns, int first, int count, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.SliceColumns(nameof(PadColumns), rows, columns, first, count, y, x);
        return ColumnSlices.BindPad(Stream, columns, first, count, View(x), View(y));
    }
}
