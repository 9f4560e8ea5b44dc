using GanGpu.Kernels.Resampling;

namespace GanGpu.Graph;

/// <summary>
/// The sums of blocks of pixels, times a factor: their means where it is one over a block's pixels. The transpose of
/// <see cref="Upsample"/>.
/// </summary>
internal sealed class SumPool : Operation
{
    public SumPool(Tensor x, PixelBlocks blocks, float scale = 1f)
        : base([x], new Shape(blocks.Small, blocks.Channels))
    {
        if (x.Shape != new Shape(blocks.Large, blocks.Channels))
            throw new ArgumentException($"{x} does not hold the pixels of {blocks}.");
        PixelBlocks = blocks;
        Scale = scale;
    }

    public PixelBlocks PixelBlocks { get; }

    public float Scale { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new Upsample(v, PixelBlocks, Scale).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new SumPoolLaunch(PixelBlocks, Scale, binding[Inputs[0]], binding[Output]));
}
