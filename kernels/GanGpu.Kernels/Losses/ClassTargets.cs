namespace GanGpu.Kernels.Losses;

/// <summary>
/// What the softmax cross-entropy makes of a stacked batch: rows [0, Split) are its first part, such as real samples,
/// rows [Split, rows) the second. The objective is FirstWeight · mean(first part) + SecondWeight · mean(second part),
/// each mean over the rows that have a label; a label outside of 0..classes − 1 says that a row has none.
/// </summary>
/// <param name="Split">Rows of the first part; equal to the row count when there is only one part.</param>
/// <param name="FirstWeight">Weight of the first part's mean.</param>
/// <param name="SecondWeight">Weight of the second part's mean.</param>
public readonly record struct ClassTargets(int Split, float FirstWeight = 1f, float SecondWeight = 1f)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(ClassTargets), PrintMembers);
}
