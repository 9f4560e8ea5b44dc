using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>sums[c] = Σ_r x[r,c].</summary>
internal sealed class ColumnSums(Tensor x) : Operation([x], new Shape(1, x.Shape.Columns))
{
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new BroadcastRows(v, Inputs[0].Shape.Rows).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new ColumnSumsLaunch(Inputs[0].Shape.Rows, Inputs[0].Shape.Columns, binding[Inputs[0]], binding[Output]));
}
