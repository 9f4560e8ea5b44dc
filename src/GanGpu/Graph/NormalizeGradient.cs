using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// The gradient of <see cref="Normalize"/>: dx = rstd · (dy − mean(dy) − x̂ · mean(dy ⊙ x̂)), with means over each
/// group's rows.
/// </summary>
internal sealed class NormalizeGradient : Operation
{
    public NormalizeGradient(Tensor dy, Tensor normalized, Tensor rstd)
        : base([dy, normalized, rstd], dy.Shape)
    {
        Require(dy.Shape == normalized.Shape, "The gradient of a normalisation needs the shape of its output", dy,
            normalized);
        RowGroups = SumRowGroups.RowGroupsOf(dy, rstd.Shape.Rows);
    }

    public RowGroups RowGroups { get; }

    /// <summary>
    /// For a cotangent a: towards dy the same map of a, since it is its own transpose; towards x̂ −rstd · (a · mean(dy
    /// ⊙ x̂) + dy · mean(a ⊙ x̂)); towards rstd Σ a ⊙ dy − (Σ a · Σ dy + Σ a ⊙ x̂ · Σ dy ⊙ x̂) / n.
    /// </summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } a)
            return [null, null, null];
        (Tensor dy, Tensor normalized, Tensor rstd) = (Inputs[0], Inputs[1], Inputs[2]);
        float perRow = 1f / RowGroups.Rows;
        Tensor dotA = Sums(a * normalized), dotDy = Sums(dy * normalized);
        Tensor towardsNormalized = ScaleShift.Scaled(a, Factor(dotDy)) + ScaleShift.Scaled(dy, Factor(dotA));
        Tensor products = Sums(a) * Sums(dy) + dotA * dotDy;
        Tensor towardsRstd = Sums(a * dy) - perRow * products;
        return [new NormalizeGradient(a, normalized, rstd).Output, towardsNormalized, towardsRstd];

        Tensor Sums(Tensor x) => new SumRowGroups(x, RowGroups.Groups).Output;

        Tensor Factor(Tensor dot) => -perRow * (rstd * dot);
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new NormalizeGradientLaunch(
                RowGroups, binding[Inputs[0]], binding[Inputs[1]], binding[Inputs[2]], binding[Output]));
}
