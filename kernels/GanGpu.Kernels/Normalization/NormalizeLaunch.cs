using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// x̂ = (x − mean) · rstd over each group's rows: mean, variance (divided by Rows), rstd = 1 / √(variance + ε), each
/// [Groups, Columns]. Optionally y = f(scale · x̂ + shift), with one row each of scale and shift; x̂ need not be stored
/// then.
/// </summary>
internal readonly record struct NormalizeLaunch(
    RowGroups Shape, float Epsilon, Slice<float> X, Slice<float> Mean, Slice<float> Variance, Slice<float> Rstd,
    Slice<float>? Normalized, ScaledNormalization? Scaled = null) : ILaunch
{
    private const string Operation = "Normalize";

    public void Check()
    {
        RowGroups(Operation, Shape, "x", X, "the mean", Mean);
        RowGroups(Operation, Shape, "x", X, "the variance", Variance);
        RowGroups(Operation, Shape, "x", X, "rstd", Rstd);
        if (Normalized is null && Scaled is null)
            throw new ArgumentException($"{Operation}: what is normalised has to go somewhere.");
        if (Normalized is { } stored)
        {
            RowGroups(Operation, Shape, "what is normalised", stored, "rstd", Rstd);
            Apart(Operation, "what is normalised", stored, "x", X);
        }

        if (Scaled is { } y)
        {
            LaunchChecks.Shape(Operation, "the scale", y.Scale, Shape.Columns);
            LaunchChecks.Shape(Operation, "the shift", y.Shift, Shape.Columns);
            RowGroups(Operation, Shape, "y", y.Y, "rstd", Rstd);
            Apart(Operation, "y", y.Y, "x", X);
            Apart(Operation, "y", y.Y, "the scale", y.Scale);
            Apart(Operation, "y", y.Y, "the shift", y.Shift);
            if (Normalized is { } normalized)
                Apart(Operation, "y", y.Y, "what is normalised", normalized);
        }
    }

    public Action Bind(IGpu gpu) => NormalizeGpu.Of(gpu).Bind(gpu, this);

    public Action Bind(IHost host) => NormalizeHost.Bind(host, this);
}
