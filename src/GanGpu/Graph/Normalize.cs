using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// x̂ = (x − mean) · rstd with rstd = 1 / √(variance + ε). Splits the rows into equal groups of consecutive rows and
/// normalises each column within a group. A single group is batch norm; a group per sample, of its pixels, is instance
/// norm; a group per row of a single column is layer norm.
/// </summary>
internal sealed class Normalize : Operation
{
    public Normalize(Tensor x, int groups, float epsilon)
        : base([x], x.Shape, new Shape(groups, x.Shape.Columns), new Shape(groups, x.Shape.Columns),
            new Shape(groups, x.Shape.Columns))
    {
        RowGroups = SumRowGroups.RowGroupsOf(x, groups);
        Epsilon = epsilon;
    }

    public RowGroups RowGroups { get; }

    public float Epsilon { get; }

    /// <summary>x̂.</summary>
    public Tensor Normalized => Outputs[0];

    /// <summary>[groups, columns].</summary>
    public Tensor Mean => Outputs[1];

    /// <summary>The mean squared distance from the mean, [groups, columns].</summary>
    public Tensor Variance => Outputs[2];

    /// <summary>1 / √(variance + ε), [groups, columns].</summary>
    public Tensor Rstd => Outputs[3];

    /// <summary>
    /// From x̂ by <see cref="NormalizeGradient"/>. From the statistics, with cotangents m, v and s of mean, variance
    /// and rstd, over n rows: m / n + (2 (variance + ε) · rstd · v − rstd² · s) / n · x̂.
    /// </summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        Tensor? fromNormalized = cotangents[0] is { } dy
            ? new NormalizeGradient(dy, Normalized, Rstd).Outputs[0] : null;
        if (cotangents[1] is null && cotangents[2] is null && cotangents[3] is null)
            return [fromNormalized];
        float perRow = 1f / RowGroups.Rows;
        Tensor scale = new Fill(Rstd.Shape, 0f).Output;
        if (cotangents[2] is { } v)
        {
            Tensor squared = (Variance + Epsilon) * Rstd;
            scale += 2f * perRow * (squared * v);
        }

        if (cotangents[3] is { } s)
            scale -= perRow * (Rstd * Rstd * s);
        Tensor shift = cotangents[1] is { } m ? perRow * m : new Fill(Mean.Shape, 0f).Output;
        Tensor fromStatistics = new ScaleShift(Normalized, scale, shift).Output;
        return [fromNormalized is null ? fromStatistics : fromNormalized + fromStatistics];
    }

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new NormalizeLaunch(
        RowGroups, Epsilon, binding[Inputs[0]], binding[Mean], binding[Variance], binding[Rstd], binding[Normalized]));
}
