using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>The gradients of a scale and shift, through the activation of its result.</summary>
internal sealed class FusedScaleShiftGradient(ScaleShiftGradient gradient, ActivationGradient activation) : Launch
{
    public override IReadOnlyList<Tensor> Inputs =>
        [activation.Inputs[0], activation.Inputs[1], gradient.Inputs[1], gradient.Inputs[2]];

    public override IReadOnlyList<Tensor> Outputs => gradient.Outputs;

    public override LaunchCost Cost =>
        new(nameof(ScaleShiftGradient), Outputs[0].Shape.ToString(), $"gradient of {activation.Activation}", 0, Bytes);

    public override Action Bind(PlanBinding binding) =>
        gradient.Bind(binding, activation.Inputs[0], activation.Inputs[1], activation.Activation);
}
