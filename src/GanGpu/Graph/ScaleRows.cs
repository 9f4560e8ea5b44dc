using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y[r,c] = factors[r] · x[r,c].</summary>
internal sealed class ScaleRows : Operation
{
    public ScaleRows(Tensor x, Tensor factors)
        : base([x, factors], x.Shape) =>
        Require(factors.Shape == new Shape(x.Shape.Rows, 1), "Rows are scaled by one factor each", x, factors);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        cotangents[0] is { } v ? [new ScaleRows(v, Inputs[1]).Output, new RowDots(v, Inputs[0]).Output] : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new ScaleRowsLaunch(
                Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Inputs[1]], binding[Output]));
}
