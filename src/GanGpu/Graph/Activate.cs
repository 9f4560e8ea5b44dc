using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y = f(x), elementwise.</summary>
internal sealed class Activate(Tensor x, Activation activation) : Operation([x], x.Shape)
{
    public Activation Activation { get; } = activation;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } dy ? new ActivationGradient(dy, Output, Activation).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new ActivateLaunch(Activation, binding[Inputs[0]], binding[Output]));
}
