using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Normalization.GradientChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// The gradients of <see cref="ScaleShiftLaunch"/>: with g = dy ⊙ f'(y), dx = scale[g,c] · g, and over each group's
/// rows scaleGradient[g,c] = Σ_r g · x, shiftGradient[g,c] = Σ_r g.
/// </summary>
internal readonly record struct ScaleShiftGradientLaunch(
    RowGroups Shape, Slice<float> Dy, Slice<float> X, Slice<float> Dx, ScaleShiftGradients Scaled) : ILaunch
{
    private const string Operation = "ScaleShiftGradient";

    public void Check()
    {
        RowGroups(Operation, Shape, "dx", Dx, "the scale", Scaled.Scale);
        RowGroups(Operation, Shape, "x", X, "the scale's gradient", Scaled.ScaleGradient);
        RowGroups(Operation, Shape, "dy", Dy, "the shift's gradient", Scaled.ShiftGradient);
        Apart(Operation, "dx", Dx, "x", X);
        Apart(Operation, "dx", Dx, "dy", Dy);
        Apart(
            Operation, "the scale's gradient", Scaled.ScaleGradient, "the shift's gradient", Scaled.ShiftGradient);
        Output(Operation, Scaled.Activation, Dx, Scaled.Y);
    }

    public Action Bind(IGpu gpu) => RowGroupDotsGpu.Of(gpu).Bind(gpu, this);

    public Action Bind(IHost host) => RowGroupDotsHost.Bind(host, this);
}
