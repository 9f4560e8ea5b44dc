using GanGpu.Graph;
using GanGpu.Kernels.Normalization;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// A normalisation with scale, shift and activation; the normalised values are stored only if another launch reads
/// them.
/// </summary>
internal sealed class FusedNormalize(
    Normalize normalize, ScaleShift scaleShift, Activation activation, Tensor y, bool storesNormalized) : Launch
{
    public override IReadOnlyList<Tensor> Inputs => [normalize.Inputs[0], scaleShift.Inputs[1], scaleShift.Inputs[2]];

    public override IReadOnlyList<Tensor> Outputs =>
        storesNormalized ? [y, normalize.Mean, normalize.Variance, normalize.Rstd, normalize.Normalized]
            : [y, normalize.Mean, normalize.Variance, normalize.Rstd];

    public override LaunchCost Cost =>
        new(nameof(Normalize), y.Shape.ToString(), activation.Kind == ActivationKind.Identity ? "scale, shift"
            : $"scale, shift, {activation}", 0, Bytes);

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new NormalizeLaunch(
        normalize.RowGroups, normalize.Epsilon, binding[Inputs[0]], binding[normalize.Mean],
        binding[normalize.Variance], binding[normalize.Rstd],
        storesNormalized ? binding[normalize.Normalized]
            : null, new(activation, binding[scaleShift.Inputs[1]], binding[scaleShift.Inputs[2]], binding[y])));
}
