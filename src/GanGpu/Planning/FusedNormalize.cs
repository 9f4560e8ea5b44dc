using GanGpu.Graph;
using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Planning;

/// <summary>
/// A normalisation that scales, shifts and activates as it stores; what it normalised is stored only where somebody
/// reads it.
/// </summary>
internal sealed class FusedNormalize(
    Normalize normalize, ScaleShift scaleShift, Activation activation, Tensor y, bool kept) : Launch
{
    public override IReadOnlyList<Tensor> Inputs => [normalize.Inputs[0], scaleShift.Inputs[1], scaleShift.Inputs[2]];

    public override IReadOnlyList<Tensor> Outputs =>
        kept ? [y, normalize.Mean, normalize.Variance, normalize.Rstd, normalize.Normalized]
            : [y, normalize.Mean, normalize.Variance, normalize.Rstd];

    public override LaunchCost Cost =>
        new(nameof(Normalize), y.Shape.ToString(), activation.Kind == ActivationKind.Identity ? "scale, shift"
            : $"scale, shift, {activation}", 0, Bytes);

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new NormalizeLaunch(
        normalize.RowGroups, normalize.Epsilon, binding[Inputs[0]], binding[normalize.Mean],
        binding[normalize.Variance], binding[normalize.Rstd],
        kept ? binding[normalize.Normalized]
            : null, new(activation, binding[scaleShift.Inputs[1]], binding[scaleShift.Inputs[2]], binding[y])));
}
