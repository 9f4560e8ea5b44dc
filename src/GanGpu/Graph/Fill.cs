using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y = value, everywhere.</summary>
internal sealed class Fill(Shape shape, float value) : Operation([], shape)
{
    public float Value { get; } = value;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [];

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new FillLaunch(Value, binding[Output]));
}
