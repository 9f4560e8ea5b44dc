using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// y = DiffAugment of samples x [Rows, Length], its linear part, or the transpose of that; see
/// <see cref="AugmentShape"/> and <see cref="AugmentDraw"/>.
/// </summary>
internal readonly unsafe struct AugmentLaunch(
    AugmentShape shape, ulong seed, uint stream, Slice<uint> step, Slice<float> x, Slice<float> y) : ILaunch
{
    private const string Operation = "Augment";

    public void Check()
    {
        Positive(Operation, "the height", shape.Height);
        Positive(Operation, "the width", shape.Width);
        Positive(Operation, "the channels", shape.Channels);
        Shape(Operation, "step", step, 1);
        Matrix(Operation, shape.Rows, shape.Length, "x", x);
        Matrix(Operation, shape.Rows, shape.Length, "y", y);
        Apart(Operation, "y", y, "x", x);
    }

    public Action Bind(IGpu gpu) =>
        AugmentGpu.Of(gpu)
            .Bind(gpu.Stream, shape, seed, stream, gpu.View(step), gpu.View(x), gpu.View(y));

    public Action Bind(IHost host) =>
        AugmentHost.Bind(host.Team, shape, seed, stream, host.Address(step), host.Address(x), host.Address(y));
}
