using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Backends;

/// <summary>Numbers of rows, and functions of single numbers.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action RowSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        LaunchArguments.RowSums(rows, columns, x, sums);
        return RowSumsHost.Sums(team, rows, columns, Address(x), Address(sums), Scratch(RowSumsHost.Scratch(rows, columns)));
    }

    public Action RowDots(int rows, int columns, Slice<float> a, Slice<float> b, Slice<float> sums)
    {
        LaunchArguments.RowDots(rows, columns, a, b, sums);
        return RowSumsHost.Dots(team, rows, columns, Address(a), Address(b), Address(sums), Scratch(RowSumsHost.Scratch(rows, columns)));
    }

    public Action BroadcastColumns(int rows, int columns, Slice<float> column, Slice<float> y)
    {
        LaunchArguments.BroadcastColumns(rows, columns, column, y);
        return RowScalingHost.BroadcastColumns(team, rows, columns, Address(column), Address(y));
    }

    public Action ScaleRows(int rows, int columns, Slice<float> x, Slice<float> factors, Slice<float> y)
    {
        LaunchArguments.ScaleRows(rows, columns, x, factors, y);
        return RowScalingHost.ScaleRows(team, rows, columns, Address(x), Address(factors), Address(y));
    }

    public Action RowDirections(int rows, int columns, float least, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.RowDirections(rows, columns, least, x, y);
        return RowScalingHost.RowDirections(team, rows, columns, least, Address(x), Address(y));
    }

    public Action Elementwise(ElementwiseFunction function, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Elementwise(x, y);
        return FunctionHost.Bind(team, y.Length, function, Address(x), Address(y));
    }
}
