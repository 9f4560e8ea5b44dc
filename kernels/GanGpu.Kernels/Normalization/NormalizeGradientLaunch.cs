using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Normalization.GradientChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// The gradient of <see cref="NormalizeLaunch"/> towards x: dx = rstd · (g − mean(g) − x̂ · mean(g ⊙ x̂)), with means
/// over each group's rows. g is dy, or, if a scale and shift is given, the gradient through y = f(scale · x̂ + shift).
/// </summary>
internal readonly record struct NormalizeGradientLaunch(
    RowGroups Shape, Slice<float> Dy, Slice<float> Normalized, Slice<float> Rstd, Slice<float> Dx,
    ScaleShiftGradients? Scaled = null) : ILaunch
{
    private const string Operation = "NormalizeGradient";

    public void Check()
    {
        RowGroups(Operation, Shape, "dy", Dy, "rstd", Rstd);
        RowGroups(Operation, Shape, "what is normalised", Normalized, "rstd", Rstd);
        RowGroups(Operation, Shape, "dx", Dx, "rstd", Rstd);
        Apart(Operation, "dx", Dx, "dy", Dy);
        Apart(Operation, "dx", Dx, "what is normalised", Normalized);
        if (Scaled is { } y)
        {
            LaunchChecks.Shape(Operation, "the scale", y.Scale, Shape.Columns);
            LaunchChecks.Shape(Operation, "the scale's gradient", y.ScaleGradient, Shape.Columns);
            LaunchChecks.Shape(Operation, "the shift's gradient", y.ShiftGradient, Shape.Columns);
            Apart(Operation, "the scale's gradient", y.ScaleGradient, "the scale", y.Scale);
            Apart(Operation, "the scale's gradient", y.ScaleGradient, "the shift's gradient", y.ShiftGradient);
            Output(Operation, y.Activation, Dx, y.Y);
        }
    }

    public Action Bind(IGpu gpu) => RowGroupDotsGpu.Of(gpu).Bind(gpu, this);

    public Action Bind(IHost host) => RowGroupDotsHost.Bind(host, this);
}
