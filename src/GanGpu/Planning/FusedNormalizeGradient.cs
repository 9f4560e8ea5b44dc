using GanGpu.Graph;
using GanGpu.Kernels.Normalization;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// A normalisation's gradient with that of its scale and shift, and that of an activation if there is one.
/// </summary>
internal sealed class FusedNormalizeGradient(
    ScaleShiftGradient gradient, ActivationGradient? activation, NormalizeGradient normalization) : Launch
{
    private Activation Activation => activation?.Activation ?? Activation.Identity;

    private Tensor Dy => activation is null ? gradient.Inputs[0] : activation.Inputs[0];

    private Tensor? Y => activation?.Inputs[1];

    public override IReadOnlyList<Tensor> Inputs =>
        [Dy, .. Y is null ? Array.Empty<Tensor>()
            : [Y], normalization.Inputs[1], normalization.Inputs[2], gradient.Inputs[2]];

    public override IReadOnlyList<Tensor> Outputs => [normalization.Output, gradient.Outputs[1], gradient.Outputs[2]];

    public override LaunchCost Cost =>
        new(nameof(NormalizeGradient), normalization.Output.Shape.ToString(), activation is null ? "scale, shift"
            : $"scale, shift, gradient of {Activation}", 0, Bytes);

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new NormalizeGradientLaunch(
        normalization.RowGroups, binding[Dy], binding[normalization.Inputs[1]], binding[normalization.Inputs[2]],
        binding[normalization.Output],
        new(Activation, Y is null ? null
            : binding[Y], binding[gradient.Inputs[2]], binding[gradient.Outputs[1]], binding[gradient.Outputs[2]])));
}
