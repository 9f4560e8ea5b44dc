using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y = a ⊙ b.</summary>
internal sealed class Multiply : Operation
{
    public Multiply(Tensor a, Tensor b)
        : base([a, b], a.Shape) =>
        Require(a.Shape == b.Shape, "An elementwise product needs equal shapes", a, b);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        cotangents[0] is { } v ? [v * Inputs[1], v * Inputs[0]] : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new MultiplyLaunch(binding[Inputs[0]], binding[Inputs[1]], binding[Output]));
}
