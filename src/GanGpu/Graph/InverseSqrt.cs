using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>y = 1 / √(x + ε), elementwise.</summary>
internal sealed class InverseSqrt(Tensor x, float epsilon) : Operation([x], x.Shape)
{
    public float Epsilon { get; } = epsilon;

    /// <summary>−½ y³ v.</summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null];
        Tensor cubed = new Multiply(new Multiply(Output, Output).Output, Output).Output;
        return [new Scale(new Multiply(cubed, v).Output, -0.5f).Output];
    }

    public override Action Bind(PlanBinding binding) => binding.Backend.InverseSqrt(Epsilon, binding[Inputs[0]], binding[Output]);
}
