using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y[r,c] = x[r,c] + bias[c].</summary>
internal sealed class AddBias : Operation
{
    public AddBias(Tensor x, Tensor bias)
        : base([x, bias], x.Shape) =>
        Require(bias.Shape == new Shape(1, x.Shape.Columns),
            "A bias is one row as wide as what it is added to", x, bias);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        cotangents[0] is { } dy ? [dy, new ColumnSums(dy).Output] : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new AddBiasLaunch(
                Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Inputs[1]], binding[Output]));
}
