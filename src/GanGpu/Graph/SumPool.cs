using GanGpu.Kernels.Resampling;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Sums the pixels of each block and multiplies by a factor; the factor 1 / pixels of a block gives their means. The
/// transpose of <see cref="Upsample"/>.
/// </summary>
internal sealed class SumPool : Operation
{
    public SumPool(Tensor x, ResamplingShape shape, float scale = 1f)
        : base([x], new Shape(shape.Small, shape.Channels))
    {
        if (x.Shape != new Shape(shape.Large, shape.Channels))
            throw new ArgumentException($"{x} does not hold the pixels of {shape}.");
        ResamplingShape = shape;
        Scale = scale;
    }

    public ResamplingShape ResamplingShape { get; }

    public float Scale { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new Upsample(v, ResamplingShape, Scale).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new SumPoolLaunch(ResamplingShape, Scale, binding[Inputs[0]], binding[Output]));
}
