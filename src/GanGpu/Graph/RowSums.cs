using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>sums[r] = Σ_c x[r,c].</summary>
internal sealed class RowSums(Tensor x) : Operation([x], new Shape(x.Shape.Rows, 1))
{
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new BroadcastColumns(v, Inputs[0].Shape.Columns).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new RowSumsLaunch(Inputs[0].Shape.Rows, Inputs[0].Shape.Columns, binding[Inputs[0]], binding[Output]));
}
