using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y = factor · x.</summary>
internal sealed class Scale(Tensor x, float factor) : Operation([x], x.Shape)
{
    public float Factor { get; } = factor;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? Factor * v : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new ScaleLaunch(Factor, binding[Inputs[0]], binding[Output]));
}
