using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>sums[r] = Σ_c a[r,c] · b[r,c].</summary>
internal sealed class RowDots : Operation
{
    public RowDots(Tensor a, Tensor b)
        : base([a, b], new Shape(a.Shape.Rows, 1)) =>
        Require(a.Shape == b.Shape, "The products of rows need equal shapes", a, b);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        cotangents[0] is { } v ? [new ScaleRows(Inputs[1], v).Output, new ScaleRows(Inputs[0], v).Output]
            : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new RowDotsLaunch(
                Inputs[0].Shape.Rows, Inputs[0].Shape.Columns, binding[Inputs[0]], binding[Inputs[1]],
                binding[Output]));
}
