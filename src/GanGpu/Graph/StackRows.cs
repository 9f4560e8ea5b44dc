using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// The rows of the first tensor, then those of the next. Each tensor is written directly into the stack, or copied
/// there if it already has another place.
/// </summary>
internal sealed class StackRows : PlacedOperation
{
    public StackRows(params Tensor[] parts)
        : base(parts, new Shape(parts.Sum(part => part.Shape.Rows), parts[0].Shape.Columns))
    {
        foreach (Tensor part in parts)
            Require(part.Shape.Columns == parts[0].Shape.Columns, "Stacked rows need equal widths", parts[0], part);
    }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return new Tensor?[Inputs.Count];
        int first = 0;
        return [.. Inputs.Select(part =>
        {
            first += part.Shape.Rows;
            return new SliceRows(v, first - part.Shape.Rows, part.Shape.Rows).Output;
        })];
    }

    public override void Place(MemoryBlocks blocks)
    {
        int offset = 0;
        foreach (Tensor part in Inputs)
        {
            blocks.Part(part, Output, offset);
            offset += part.Shape.Length;
        }
    }
}
