using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y = a + b.</summary>
internal sealed class Add : Operation
{
    public Add(Tensor a, Tensor b)
        : base([a, b], a.Shape) =>
        Require(a.Shape == b.Shape, "A sum needs equal shapes", a, b);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [cotangents[0], cotangents[0]];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new AddLaunch(binding[Inputs[0]], binding[Inputs[1]], binding[Output]));
}
