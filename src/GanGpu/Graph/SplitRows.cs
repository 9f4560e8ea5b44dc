using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>Splits the rows of x into equal consecutive parts: a stack of batches into its batches.</summary>
internal sealed class SplitRows : PlacedOperation
{
    public SplitRows(Tensor x, int parts)
        : base([x], [.. Enumerable.Repeat(new Shape(x.Shape.Rows / parts, x.Shape.Columns), parts)])
    {
        if (x.Shape.Rows % parts != 0)
            throw new ArgumentException($"{x} can't be split into {parts} parts of as many rows.");
    }

    /// <summary>The parts' cotangents, one after the other.</summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [new StackRows([.. cotangents.Select(v => v ?? new Fill(Output.Shape, 0f).Output)]).Output];

    public override void Place(MemoryBlocks blocks)
    {
        for (int part = 0; part < Outputs.Count; part++)
            blocks.View(Outputs[part], Inputs[0], part * Output.Shape.Length);
    }
}
