namespace GanGpu.Backends;

/// <summary>Matrices side by side.</summary>
internal static partial class LaunchArguments
{
    public static void ConcatenateColumns(int rows, int columnsOfA, int columnsOfB, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        const string operation = nameof(ConcatenateColumns);
        Matrix(operation, rows, columnsOfA, "a", a);
        Matrix(operation, rows, columnsOfB, "b", b);
        Shape(operation, "y", y, rows, checked(columnsOfA + columnsOfB));
        Apart(operation, "y", y, "a", a);
        Apart(operation, "y", y, "b", b);
    }

    /// <summary>Of the whole [rows, columns] a part [rows, count], whichever of the two is written.</summary>
    public static void SliceColumns(string operation, int rows, int columns, int first, int count, Slice<float> whole, Slice<float> part)
    {
        Matrix(operation, rows, columns, "the whole", whole);
        Matrix(operation, rows, count, "the part", part);
        if (first < 0 || first > columns - count)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {count} columns from {first} on are not in 0..{columns}."));
        Apart(operation, "the part", part, "the whole", whole);
    }
}
