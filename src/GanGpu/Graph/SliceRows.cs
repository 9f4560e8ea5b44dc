using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>Consecutive rows of x.</summary>
internal sealed class SliceRows : PlacedOperation
{
    private readonly int first;

    public SliceRows(Tensor x, int first, int rows)
        : base([x], new Shape(rows, x.Shape.Columns))
    {
        if (first < 0 || first > x.Shape.Rows - rows)
            throw new ArgumentException($"{x} has no rows {first} to {first + rows - 1}.");
        this.first = first;
    }

    /// <summary>The index of the first value.</summary>
    public int First => first * Output.Shape.Columns;

    /// <summary>The cotangent between rows of zeros.</summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null];
        int after = Inputs[0].Shape.Rows - first - v.Shape.Rows;
        List<Tensor> parts = [v];
        if (first > 0)
            parts.Insert(0, new Fill(new Shape(first, v.Shape.Columns), 0f).Output);
        if (after > 0)
            parts.Add(new Fill(new Shape(after, v.Shape.Columns), 0f).Output);
        return [parts.Count == 1 ? parts[0] : new StackRows([.. parts]).Output];
    }

    public override void Place(MemoryBlocks blocks) => blocks.View(Output, Inputs[0], First);
}
