using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using ILGPU;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// x̂ = (x − mean) · rstd over each group's rows: mean, variance (divided by Rows), rstd = 1 / √(variance + ε), each
/// [Groups, Columns]. Then y = f(scale · x̂ + shift), scale and shift one row each, where that is asked for; x̂ need
/// not be stored then.
/// </summary>
internal readonly unsafe struct NormalizeLaunch(
    RowGroups shape, float epsilon, Slice<float> x, Slice<float> mean, Slice<float> variance, Slice<float> rstd,
    Slice<float>? normalized, ScaledNormalization? scaled = null) : ILaunch
{
    private const string Operation = "Normalize";

    public void Check()
    {
        RowGroups(Operation, shape, "x", x, "the mean", mean);
        RowGroups(Operation, shape, "x", x, "the variance", variance);
        RowGroups(Operation, shape, "x", x, "rstd", rstd);
        if (normalized is null && scaled is null)
            throw new ArgumentException($"{Operation}: what is normalised has to go somewhere.");
        if (normalized is { } stored)
        {
            RowGroups(Operation, shape, "what is normalised", stored, "rstd", rstd);
            Apart(Operation, "what is normalised", stored, "x", x);
        }

        if (scaled is { } y)
        {
            Shape(Operation, "the scale", y.Scale, shape.Columns);
            Shape(Operation, "the shift", y.Shift, shape.Columns);
            RowGroups(Operation, shape, "y", y.Y, "rstd", rstd);
            Apart(Operation, "y", y.Y, "x", x);
            Apart(Operation, "y", y.Y, "the scale", y.Scale);
            Apart(Operation, "y", y.Y, "the shift", y.Shift);
            if (normalized is { } kept)
                Apart(Operation, "y", y.Y, "what is normalised", kept);
        }
    }

    public Action Bind(IGpu gpu)
    {
        ArrayView<float> stored = normalized is { } kept ? gpu.View(kept) : default;
        ArrayView<float> buffer = gpu.Scratch(NormalizeGpu.Scratch(shape));
        return scaled is { } y
            ? NormalizeGpu.Of(gpu).BindScaled(
                gpu.Stream, shape, epsilon, y.Activation, gpu.View(x), gpu.View(y.Scale), gpu.View(y.Shift),
                gpu.View(mean), gpu.View(variance), gpu.View(rstd), stored, gpu.View(y.Y), buffer)
            : NormalizeGpu.Of(gpu)
                .Bind(gpu.Stream, shape, epsilon, gpu.View(x), gpu.View(mean), gpu.View(variance), gpu.View(rstd),
                    stored, buffer);
    }

    public Action Bind(IHost host)
    {
        float* stored = normalized is { } kept ? host.Address(kept) : null;
        float* buffer = host.Scratch(NormalizeHost.Scratch(shape));
        return scaled is { } y
            ? NormalizeHost.Bind(
                host.Team, shape, epsilon, y.Activation, host.Address(x), host.Address(y.Scale), host.Address(y.Shift),
                host.Address(mean), host.Address(variance), host.Address(rstd), stored, host.Address(y.Y), buffer)
            : NormalizeHost.Bind(
                host.Team, shape, epsilon, Activation.Identity, host.Address(x), null, null, host.Address(mean),
                host.Address(variance), host.Address(rstd), stored, null, buffer);
    }
}
