using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;
using static GanGpu.Kernels.Launching.LaunchChecks;
using static GanGpu.Kernels.Normalization.GradientChecks;
using static GanGpu.Kernels.Reduction.RowGroupChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// What <see cref="ScaleShiftLaunch"/> sends back: with g = dy ⊙ f'(y), dx = scale[g,c] · g, scaleGradient[g,c] = Σ_r g
/// · x, shiftGradient[g,c] = Σ_r g. y is null where f is the identity.
/// </summary>
internal readonly unsafe struct ScaleShiftGradientLaunch(
    RowGroups shape, Activation activation, Slice<float> dy, Slice<float>? y, Slice<float> x, Slice<float> scale,
    Slice<float> dx, Slice<float> scaleGradient, Slice<float> shiftGradient) : ILaunch
{
    private const string Operation = "ScaleShiftGradient";

    public void Check()
    {
        RowGroups(Operation, shape, "dx", dx, "the scale", scale);
        RowGroups(Operation, shape, "x", x, "the scale's gradient", scaleGradient);
        RowGroups(Operation, shape, "dy", dy, "the shift's gradient", shiftGradient);
        Apart(Operation, "dx", dx, "x", x);
        Apart(Operation, "dx", dx, "dy", dy);
        Apart(Operation, "the scale's gradient", scaleGradient, "the shift's gradient", shiftGradient);
        Output(Operation, activation, dx, y);
    }

    public Action Bind(IGpu gpu) =>
        RowGroupDotsGpu.Of(gpu).BindScaled(
            gpu.Stream, shape, activation, gpu.View(dy), gpu.View(y ?? dy), gpu.View(x), gpu.View(scale), gpu.View(dx),
            gpu.View(scaleGradient), gpu.View(shiftGradient), gpu.Scratch(RowGroupDotsGpu.Scratch(shape)));

    public Action Bind(IHost host) =>
        RowGroupDotsHost.Scaled(
            host.Team, shape, activation, host.Address(dy), host.Address(y ?? dy), host.Address(x), host.Address(scale),
            host.Address(dx), host.Address(scaleGradient), host.Address(shiftGradient),
                host.Scratch(RowGroupDotsHost.Scratch(shape)));
}
