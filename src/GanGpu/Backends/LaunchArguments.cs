using GanGpu.Kernels.Gemm;

namespace GanGpu.Backends;

/// <summary>
/// Checks of what an operation is bound to. They run once per operation, before anything is launched: a kernel has no range
/// checks. A message names the operation, the argument, the shape it should have and the one it has.
/// </summary>
internal static partial class LaunchArguments
{
    public static void Positive(string operation, string name, int value)
    {
        if (value < 1)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {name} must be at least 1, but is {value}."));
    }

    /// <summary>A vector or matrix of a known shape.</summary>
    public static void Shape<T>(string operation, string name, Slice<T> slice, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        long expected = 1;
        foreach (int extent in shape)
            expected *= extent;
        if (slice.Length != expected)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {name} must be {Text(shape)}, {expected} elements, but has {slice.Length}."));
    }

    /// <summary>Two operands of one length.</summary>
    public static void SameLength<T>(string operation, string name, Slice<T> slice, string otherName, Slice<T> other)
        where T : unmanaged
    {
        if (slice.Length != other.Length)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {name} [{slice.Length}] and {otherName} [{other.Length}] must have the same length."));
    }

    /// <summary>A matrix product's operands.</summary>
    public static void Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        string operation = $"Gemm {shape}";
        Positive(operation, "M", shape.M);
        Positive(operation, "N", shape.N);
        Positive(operation, "K", shape.K);
        Shape(operation, "A", a, shape.TransposeA ? [shape.K, shape.M] : [shape.M, shape.K]);
        Shape(operation, "B", b, shape.TransposeB ? [shape.N, shape.K] : [shape.K, shape.N]);
        Shape(operation, "C", c, shape.M, shape.N);
        Apart(operation, "C", c, "A", a);
        Apart(operation, "C", c, "B", b);
        if (epilogue.Bias is { } bias)
            Shape(operation, "bias", bias, shape.N);
        if (epilogue.Output is { } output)
            Shape(operation, "the activation's output", output, shape.M, shape.N);
        if (epilogue.ColumnSums is { } sums)
            Shape(operation, "column sums", sums, shape.N);
        foreach ((string name, Slice<float>? operand) in new[] { ("bias", epilogue.Bias), ("the activation's output", epilogue.Output), ("column sums", epilogue.ColumnSums) })
        {
            if (operand is { } other)
                Apart(operation, "C", c, name, other);
        }

        if (epilogue.ColumnSums is { } columnSums)
        {
            Apart(operation, "column sums", columnSums, "A", a);
            Apart(operation, "column sums", columnSums, "B", b);
        }

        if (epilogue.Bias is not null && epilogue.Output is not null)
            throw new ArgumentException($"{operation}: the epilogue takes a bias or an activation's output, not both.");
        if (epilogue.ColumnSums is not null && (!shape.TransposeA || shape.TransposeB || epilogue.Bias is not null || epilogue.Output is not null))
            throw new ArgumentException($"{operation}: column sums come only with the form TN and no other epilogue.");
    }

    /// <summary>An output that may not share memory with an input.</summary>
    public static void Apart<T>(string operation, string name, Slice<T> slice, string otherName, Slice<T> other)
        where T : unmanaged
    {
        if (ReferenceEquals(slice.Buffer, other.Buffer) && slice.Offset < other.Offset + other.Length && other.Offset < slice.Offset + slice.Length)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{operation}: {name} at {slice.Offset}..{slice.Offset + slice.Length} overlaps {otherName} at {other.Offset}..{other.Offset + other.Length}."));
        }
    }

    /// <summary>An output that may be an input, but not lie across it.</summary>
    public static void SameOrApart(string operation, string name, Slice<float> slice, string otherName, Slice<float> other)
    {
        if (slice != other)
            Apart(operation, name, slice, otherName, other);
    }

    /// <summary>A slice must lie in its buffer.</summary>
    public static void Inside<T>(Slice<T> slice)
        where T : unmanaged
    {
        if (slice.Length < 1 || slice.Offset < 0 || slice.Length > slice.Buffer.Length - slice.Offset)
            throw new ArgumentException(FormattableString.Invariant($"A slice of {slice.Length} elements at {slice.Offset} is empty or leaves its buffer, which has {slice.Buffer.Length}."));
    }

    private static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(",", shape.ToArray())}]";
}
