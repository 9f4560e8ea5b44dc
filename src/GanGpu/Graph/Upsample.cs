using GanGpu.Kernels.Resampling;

namespace GanGpu.Graph;

/// <summary>
/// Each pixel over a block of pixels, times a factor: the nearest one's value where the factor is 1. The transpose of
/// <see cref="SumPool"/>.
/// </summary>
internal sealed class Upsample : Operation
{
    public Upsample(Tensor x, PixelBlocks blocks, float scale = 1f)
        : base([x], new Shape(blocks.Large, blocks.Channels))
    {
        if (x.Shape != new Shape(blocks.Small, blocks.Channels))
            throw new ArgumentException($"{x} does not hold the pixels of {blocks}.");
        PixelBlocks = blocks;
        Scale = scale;
    }

    public PixelBlocks PixelBlocks { get; }

    public float Scale { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new SumPool(v, PixelBlocks, Scale).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new UpsampleLaunch(PixelBlocks, Scale, binding[Inputs[0]], binding[Output]));
}
