using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Backends;

/// <summary>Numbers of rows, and functions of single numbers.</summary>
internal sealed partial class IlgpuBackend
{
    private RowSumsGpu RowSummation => field ??= new(loader);

    private RowScalingGpu RowScaling => field ??= new(loader);

    private FunctionGpu Functions => field ??= new(loader);

    public Action RowSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.RowSums(rows, columns, x, sums);
        return RowSummation.BindSums(Stream, rows, columns, View(x), View(sums), Scratch(RowSumsGpu.Scratch(rows, columns)));
    }

    public Action RowDots(int rows, int columns, Slice<float> a, Slice<float> b, Slice<float> sums)
    {
        LaunchArguments.RowDots(rows, columns, a, b, sums);
        return RowSummation.BindDots(Stream, rows, columns, View(a), View(b), View(sums), Scratch(RowSumsGpu.Scratch(rows, columns)));
    }

    public Action BroadcastColumns(int rows, int columns, Slice<float> column, Slice<float> y)
    {
        LaunchArguments.BroadcastColumns(rows, columns, column, y);
        return RowScaling.BindBroadcastColumns(Stream, columns, View(column), View(y));
    }

    public Action ScaleRows(int rows, int columns, Slice<float> x, Slice<float> factors, Slice<float> y)
    {
        LaunchArguments.ScaleRows(rows, columns, x, factors, y);
        return RowScaling.BindScaleRows(Stream, columns, View(x), View(factors), View(y));
    }

    public Action RowDirections(int rows, int columns, float least, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.RowDirections(rows, columns, least, x, y);
        return RowScaling.BindRowDirections(Stream, rows, columns, least, View(x), View(y));
    }

    public Action Elementwise(ElementwiseFunction function, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Elementwise(x, y);
        return Functions.Bind(Stream, function, View(x), View(y));
    }
}
