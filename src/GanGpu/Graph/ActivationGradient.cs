using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>dx = dy ⊙ f'(x), with f' from the output y = f(x), so that x need not be kept.</summary>
internal sealed class ActivationGradient : Operation
{
    public ActivationGradient(Tensor dy, Tensor y, Activation activation)
        : base([dy, y], dy.Shape)
    {
        Require(dy.Shape == y.Shape, "An activation's gradient needs the shape of its output", dy, y);
        Activation = activation;
    }

    public Activation Activation { get; }

    /// <summary>
    /// For a cotangent v: v ⊙ f' towards dy, and v ⊙ dy ⊙ ∂f'/∂y towards y, where ∂f'/∂y is −2y for tanh (f' = 1 − y²),
    /// 1 − 2y for the sigmoid (f' = y − y²) and 0 for the piecewise linear functions.
    /// </summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null, null];
        (Tensor dy, Tensor y) = (Inputs[0], Inputs[1]);
        Tensor towardsDy = new ActivationGradient(v, y, Activation).Output;
        if (Activation.Kind is not (ActivationKind.Tanh or ActivationKind.Sigmoid))
            return [towardsDy, null];
        Tensor vdy = v * dy;
        Tensor curvature = -2f * (vdy * y);
        return [towardsDy, Activation.Kind == ActivationKind.Tanh ? curvature : vdy + curvature];
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new ActivationGradientLaunch(Activation, binding[Inputs[0]], binding[Inputs[1]], binding[Output]));
}
