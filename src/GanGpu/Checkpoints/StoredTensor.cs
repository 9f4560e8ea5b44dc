
namespace GanGpu.Checkpoints;

/// <summary>A tensor in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Such as "F32".</param>
/// <param name="Shape">Its sizes; none for a scalar.</param>
/// <param name="Start">Where its values begin, in bytes from the first tensor's.</param>
/// <param name="Bytes">How long they are.</param>
internal sealed record StoredTensor(string Name, string Type, long[] Shape, long Start, long Bytes)
{
    /// <summary>Whether it holds floating-point numbers that can be weights.</summary>
    public bool IsFloat => Type is "F32" or "F16" or "BF16" or "F64";

    /// <summary>Such as "'0.weight' F32 [128, 100]".</summary>
    public override string ToString() =>
        FormattableString.Invariant($"'{Shown.Text(Name)}' {Type} [{string.Join(", ", Shape)}]");
}
