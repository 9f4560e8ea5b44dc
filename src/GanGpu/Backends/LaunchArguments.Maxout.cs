namespace GanGpu.Backends;

/// <summary>Maxout units.</summary>
internal static partial class LaunchArguments
{
    public static void MaxoutSelect(int rows, int units, int pieces, Slice<float> values, Slice<float> keys, Slice<float> y)
    {
        const string operation = nameof(MaxoutSelect);
        Positive(operation, "the pieces", pieces);
        Matrix(operation, rows, checked(units * pieces), "the values", values);
        Matrix(operation, rows, checked(units * pieces), "the keys", keys);
        Matrix(operation, rows, units, "y", y);
        Apart(operation, "y", y, "the values", values);
        Apart(operation, "y", y, "the keys", keys);
    }

    public static void MaxoutSpread(int rows, int units, int pieces, Slice<float> dy, Slice<float> keys, Slice<float> dx)
    {
        const string operation = nameof(MaxoutSpread);
        Positive(operation, "the pieces", pieces);
        Matrix(operation, rows, units, "dy", dy);
        Matrix(operation, rows, checked(units * pieces), "the keys", keys);
        Matrix(operation, rows, checked(units * pieces), "dx", dx);
        Apart(operation, "dx", dx, "dy", dy);
        Apart(operation, "dx", dx, "the keys", keys);
    }
}
