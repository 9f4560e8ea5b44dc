namespace GanGpu.Backends;

/// <summary>Numbers of rows, and functions of single numbers.</summary>
internal static partial class LaunchArguments
{
    public static void RowSums(int rows, int columns, Slice<float> x, Slice<float> sums)
    {
        Matrix(nameof(RowSums), rows, columns, "x", x);
        Shape(nameof(RowSums), "sums", sums, rows);
        Apart(nameof(RowSums), "sums", sums, "x", x);
    }

    public static void RowDots(int rows, int columns, Slice<float> a, Slice<float> b, Slice<float> sums)
    {
        Matrix(nameof(RowDots), rows, columns, "a", a);
        Matrix(nameof(RowDots), rows, columns, "b", b);
        Shape(nameof(RowDots), "sums", sums, rows);
        Apart(nameof(RowDots), "sums", sums, "a", a);
        Apart(nameof(RowDots), "sums", sums, "b", b);
    }

    public static void BroadcastColumns(int rows, int columns, Slice<float> column, Slice<float> y)
    {
        Matrix(nameof(BroadcastColumns), rows, columns, "y", y);
        Shape(nameof(BroadcastColumns), "column", column, rows);
        Apart(nameof(BroadcastColumns), "y", y, "column", column);
    }

    public static void ScaleRows(int rows, int columns, Slice<float> x, Slice<float> factors, Slice<float> y)
    {
        Matrix(nameof(ScaleRows), rows, columns, "x", x);
        Shape(nameof(ScaleRows), "factors", factors, rows);
        Shape(nameof(ScaleRows), "y", y, rows, columns);
        SameOrApart(nameof(ScaleRows), "y", y, "x", x);
        Apart(nameof(ScaleRows), "y", y, "factors", factors);
    }

    public static void RowDirections(int rows, int columns, float least, Slice<float> x, Slice<float> y)
    {
        Matrix(nameof(RowDirections), rows, columns, "x", x);
        Shape(nameof(RowDirections), "y", y, rows, columns);
        Apart(nameof(RowDirections), "y", y, "x", x);
        if (!(least > 0f) || !float.IsFinite(least))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(RowDirections)}: the least norm must be a finite number above 0, but is {least}."));
    }

    public static void Elementwise(Slice<float> x, Slice<float> y) => Unary(nameof(Elementwise), x, y);
}
