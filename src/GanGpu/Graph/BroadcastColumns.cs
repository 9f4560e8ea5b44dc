using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y[r,c] = column[r], the transpose of <see cref="RowSums"/>.</summary>
internal sealed class BroadcastColumns : Operation
{
    public BroadcastColumns(Tensor column, int columns)
        : base([column], new Shape(column.Shape.Rows, columns))
    {
        if (column.Shape.Columns != 1)
            throw new ArgumentException($"Only one column can be broadcast: got {column}.");
    }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new RowSums(v).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new BroadcastColumnsLaunch(Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Output]));
}
