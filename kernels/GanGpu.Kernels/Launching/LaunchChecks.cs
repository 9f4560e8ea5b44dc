using System.Globalization;

namespace GanGpu.Kernels.Launching;

/// <summary>
/// The building blocks of the launches' checks. A message names the operation, the argument, the expected shape and the
/// actual one.
/// </summary>
internal static class LaunchChecks
{
    public static void Positive(string operation, string name, int value)
    {
        if (value < 1)
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: {name} must be at least 1, but is {value}."));
    }

    /// <summary>Checks that a slice has a shape.</summary>
    public static void Shape<T>(string operation, string name, Slice<T> slice, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        long expected = 1;
        foreach (int extent in shape)
            expected *= extent;
        if (slice.Length != expected)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{operation}: {name} must be {Text(shape)}, {expected} elements, but has {slice.Length}."));
    }

    public static void Matrix(string operation, int rows, int columns, string name, Slice<float> slice)
    {
        Positive(operation, "rows", rows);
        Positive(operation, "columns", columns);
        Shape(operation, name, slice, rows, columns);
    }

    /// <summary>Checks that two operands have the same length.</summary>
    public static void SameLength<T>(string operation, string name, Slice<T> slice, string otherName, Slice<T> other)
        where T : unmanaged
    {
        if (slice.Length != other.Length)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{operation}: {name} [{slice.Length}] and {otherName} [{other.Length}] must have the same " +
                    $"length."));
    }

    public static void Unary(string operation, Slice<float> x, Slice<float> y)
    {
        SameLength(operation, "x", x, "y", y);
        SameOrApart(operation, "y", y, "x", x);
    }

    public static void Binary(string operation, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        SameLength(operation, "a", a, "b", b);
        SameLength(operation, "a", a, "y", y);
        SameOrApart(operation, "y", y, "a", a);
        SameOrApart(operation, "y", y, "b", b);
    }

    /// <summary>Checks that an output does not overlap an input.</summary>
    public static void Apart<T>(string operation, string name, Slice<T> slice, string otherName, Slice<T> other)
        where T : unmanaged
    {
        if (ReferenceEquals(slice.Buffer, other.Buffer) && slice.Offset < other.Offset + other.Length
            && other.Offset < slice.Offset + slice.Length)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{operation}: {name} at {slice.Offset}..{slice.Offset + slice.Length} overlaps {otherName} at " +
                $"{other.Offset}..{other.Offset + other.Length}."));
        }
    }

    /// <summary>Checks that an output is either the input itself or does not overlap it.</summary>
    public static void SameOrApart(
        string operation, string name, Slice<float> slice, string otherName, Slice<float> other)
    {
        if (slice != other)
            Apart(operation, name, slice, otherName, other);
    }

    /// <summary>Checks that a slice is within its buffer.</summary>
    public static void Inside<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Length < 1 || slice.Offset < 0 || slice.Length > slice.Buffer.Length - slice.Offset)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"A slice of {slice.Length} elements at {slice.Offset} is empty or leaves its buffer, which has " +
                    $"{slice.Buffer.Length}."));
    }

    public static void Limit(string operation, float limit)
    {
        if (!(limit > 0))
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: the limit must be above 0, but is {limit}."));
    }

    private static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(",", shape.ToArray())}]";
}
