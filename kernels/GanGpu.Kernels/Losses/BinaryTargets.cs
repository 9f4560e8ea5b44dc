namespace GanGpu.Kernels.Losses;

/// <summary>
/// The targets of the logits of a stacked batch: rows [0, Split) have the first target, rows [Split, rows) the second.
/// The objective is FirstWeight · mean(first rows) + SecondWeight · mean(second rows). A target is a probability for
/// the cross-entropy, a number for least squares, and +1 or −1 for hinge and linear losses; a target of at least ½
/// means "real". Relativistic pairing compares row i of the first half with row i of the second, and wants the half
/// with the greater target above the other; its objective is FirstWeight · mean(pairs).
/// </summary>
/// <param name="Split">Rows of the first part; the number of rows if there is only one part.</param>
/// <param name="First">Target of the first part.</param>
/// <param name="Second">Target of the second part.</param>
/// <param name="FirstWeight">Weight of the first part's mean; negative to maximise it.</param>
/// <param name="SecondWeight">Weight of the second part's mean.</param>
internal readonly record struct BinaryTargets(
    int Split, float First, float Second, float FirstWeight = 1f, float SecondWeight = 1f)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(BinaryTargets), PrintMembers);
}
