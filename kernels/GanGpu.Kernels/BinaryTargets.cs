namespace GanGpu.Kernels;

/// <summary>
/// What the sigmoid cross-entropy holds the logits of a stacked batch against: rows [0, Split) have the first target,
/// rows [Split, rows) the second. The objective is FirstWeight · mean(first rows) + SecondWeight · mean(second rows).
/// </summary>
/// <param name="Split">Rows of the first part; equal to the row count when there is only one part.</param>
/// <param name="First">Target probability of the first part, 0..1.</param>
/// <param name="Second">Target probability of the second part, 0..1.</param>
/// <param name="FirstWeight">Weight of the first part's mean; negative to maximise it.</param>
/// <param name="SecondWeight">Weight of the second part's mean.</param>
public readonly record struct BinaryTargets(int Split, float First, float Second, float FirstWeight = 1f, float SecondWeight = 1f);
