using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Backends;

/// <summary>Normalisation, and what is kept of groups of rows; see <see cref="RowGroups"/>: x, y and dx are [Groups · Rows, Columns].</summary>
internal partial interface IBackend
{
    /// <summary>sums[g,c] = factor · Σ_r x[g · Rows + r, c], in a fixed order.</summary>
    Action SumRowGroups(RowGroups shape, float factor, Slice<float> x, Slice<float> sums);

    /// <summary>y[g · Rows + r, c] = factor · x[g,c].</summary>
    Action RepeatRows(RowGroups shape, float factor, Slice<float> x, Slice<float> y);

    /// <summary>y[g · Rows + r, c] = f(scale[g,c] · x[g · Rows + r, c] + shift[g,c]). y may be x.</summary>
    Action ScaleShift(RowGroups shape, Activation activation, Slice<float> x, Slice<float> scale, Slice<float> shift, Slice<float> y);

    /// <summary>
    /// What <see cref="ScaleShift"/> sends back: with g = dy ⊙ f'(y), dx = scale[g,c] · g, scaleGradient[g,c] = Σ_r g · x,
    /// shiftGradient[g,c] = Σ_r g. y is null where f is the identity.
    /// </summary>
    Action ScaleShiftGradient(
        RowGroups shape, Activation activation, Slice<float> dy, Slice<float>? y, Slice<float> x, Slice<float> scale, Slice<float> dx, Slice<float> scaleGradient, Slice<float> shiftGradient);

    /// <summary>
    /// x̂ = (x − mean) · rstd over each group's rows: mean, variance (divided by Rows), rstd = 1 / √(variance + ε), each
    /// [Groups, Columns]. Then y = f(scale · x̂ + shift), scale and shift one row each, where that is asked for; x̂ need not be
    /// stored then.
    /// </summary>
    Action Normalize(RowGroups shape, float epsilon, Slice<float> x, Slice<float> mean, Slice<float> variance, Slice<float> rstd, Slice<float>? normalized, ScaledNormalization? scaled = null);

    /// <summary>
    /// What <see cref="Normalize"/> sends back from x̂: dx = rstd · (g − mean(g) − x̂ · mean(g ⊙ x̂)), means over each group's
    /// rows. g is dy, or what comes back through y = f(scale · x̂ + shift) where that is given.
    /// </summary>
    Action NormalizeGradient(RowGroups shape, Slice<float> dy, Slice<float> normalized, Slice<float> rstd, Slice<float> dx, ScaledNormalizationGradient? scaled = null);

    /// <summary>
    /// Of each batch b in turn, running ← running + momentum · (mean[b,c] − running), and of the variance, which is first
    /// multiplied by the factor; from the running ones [columns] to the new ones.
    /// </summary>
    Action RunningMoments(
        int batches, int columns, float momentum, float factor, Slice<float> runningMean, Slice<float> runningVariance, Slice<float> mean, Slice<float> variance,
        Slice<float> newMean, Slice<float> newVariance);
}

/// <summary>y = f(scale · x̂ + shift), scale and shift [1, Columns].</summary>
internal readonly record struct ScaledNormalization(Activation Activation, Slice<float> Scale, Slice<float> Shift, Slice<float> Y);

/// <summary>
/// The other end of <see cref="ScaledNormalization"/>: scaleGradient[c] = Σ_r dy ⊙ f'(y) ⊙ x̂ and
/// shiftGradient[c] = Σ_r dy ⊙ f'(y), over all rows. Y is null where f is the identity.
/// </summary>
internal readonly record struct ScaledNormalizationGradient(Activation Activation, Slice<float>? Y, Slice<float> Scale, Slice<float> ScaleGradient, Slice<float> ShiftGradient);
