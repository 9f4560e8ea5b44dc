namespace GanGpu.Kernels.Losses;

/// <summary>
/// The parts of a stacked batch for the softmax cross-entropy: rows [0, Split) are the first part, for example real
/// samples, rows [Split, rows) the second. The objective is FirstWeight · mean(first part) + SecondWeight · mean(second
/// part). Each mean is over the rows with a label; a label outside of 0..classes − 1 means that the row has none.
/// </summary>
/// <param name="Split">Rows of the first part; the number of rows if there is only one part.</param>
/// <param name="FirstWeight">Weight of the first part's mean.</param>
/// <param name="SecondWeight">Weight of the second part's mean.</param>
internal readonly record struct ClassTargets(int Split, float FirstWeight = 1f, float SecondWeight = 1f)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(ClassTargets), PrintMembers);
}
