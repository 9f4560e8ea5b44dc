using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y[r,c] = row[c], the transpose of <see cref="ColumnSums"/>.</summary>
internal sealed class BroadcastRows(Tensor row, int rows) : Operation([row], new Shape(rows, row.Shape.Columns))
{
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new ColumnSums(v).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new BroadcastRowsLaunch(Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Output]));
}
