using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Normalization.GradientChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// What <see cref="NormalizeLaunch"/> sends back from x̂: dx = rstd · (g − mean(g) − x̂ · mean(g ⊙ x̂)), means over
/// each group's rows. g is dy, or what comes back through y = f(scale · x̂ + shift) where that is given.
/// </summary>
internal readonly unsafe struct NormalizeGradientLaunch(
    RowGroups shape, Slice<float> dy, Slice<float> normalized, Slice<float> rstd, Slice<float> dx,
    ScaledNormalizationGradient? scaled = null) : ILaunch
{
    private const string Operation = "NormalizeGradient";

    public void Check()
    {
        RowGroups(Operation, shape, "dy", dy, "rstd", rstd);
        RowGroups(Operation, shape, "what is normalised", normalized, "rstd", rstd);
        RowGroups(Operation, shape, "dx", dx, "rstd", rstd);
        Apart(Operation, "dx", dx, "dy", dy);
        Apart(Operation, "dx", dx, "what is normalised", normalized);
        if (scaled is { } y)
        {
            Shape(Operation, "the scale", y.Scale, shape.Columns);
            Shape(Operation, "the scale's gradient", y.ScaleGradient, shape.Columns);
            Shape(Operation, "the shift's gradient", y.ShiftGradient, shape.Columns);
            Apart(Operation, "the scale's gradient", y.ScaleGradient, "the scale", y.Scale);
            Apart(Operation, "the scale's gradient", y.ScaleGradient, "the shift's gradient", y.ShiftGradient);
            Output(Operation, y.Activation, dx, y.Y);
        }
    }

    public Action Bind(IGpu gpu)
    {
        ArrayView<float> buffer = gpu.Scratch(RowGroupDotsGpu.Scratch(shape));
        return scaled is { } y
            ? RowGroupDotsGpu.Of(gpu).BindNormalized(
                gpu.Stream, shape, y.Activation, gpu.View(dy), gpu.View(y.Y ?? dy), gpu.View(normalized),
                gpu.View(rstd), gpu.View(y.Scale), gpu.View(dx), gpu.View(y.ScaleGradient),
                    gpu.View(y.ShiftGradient), buffer)
            : RowGroupDotsGpu.Of(gpu)
                .BindNormalized(
                    gpu.Stream, shape, Activation.Identity, gpu.View(dy), gpu.View(dy), gpu.View(normalized),
                    gpu.View(rstd), default, gpu.View(dx), default, default, buffer);
    }

    public Action Bind(IHost host)
    {
        float* buffer = host.Scratch(RowGroupDotsHost.Scratch(shape));
        return scaled is { } y
            ? RowGroupDotsHost.Normalized(
                host.Team, shape, y.Activation, host.Address(dy), host.Address(y.Y ?? dy), host.Address(normalized),
                host.Address(rstd), host.Address(y.Scale), host.Address(dx), host.Address(y.ScaleGradient),
                host.Address(y.ShiftGradient), buffer)
            : RowGroupDotsHost.Normalized(
                host.Team, shape, Activation.Identity, host.Address(dy), host.Address(dy), host.Address(normalized),
                host.Address(rstd), null, host.Address(dx), null, null, buffer);
    }
}
