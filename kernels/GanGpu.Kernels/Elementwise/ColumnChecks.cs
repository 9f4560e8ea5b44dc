using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>Checks of a matrix and of some of its columns.</summary>
internal static class ColumnChecks
{
    /// <summary>
    /// Checks a matrix [rows, columns] and a part of it, [rows, count], whichever of the two is written.
    /// </summary>
    public static void SliceColumns(string operation, int rows, int columns, int first, int count, Slice<float> whole,
        Slice<float> part)
    {
        Matrix(operation, rows, columns, "the whole", whole);
        Matrix(operation, rows, count, "the part", part);
        if (first < 0 || first > columns - count)
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: {count} columns from {first} on are not in 0..{columns}."));
        Apart(operation, "the part", part, "the whole", whole);
    }
}
