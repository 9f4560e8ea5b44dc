using GanGpu.Kernels.Resampling;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Repeats each pixel over a block of pixels and multiplies by a factor; the factor 1 is nearest-neighbour up-sampling.
/// The transpose of <see cref="SumPool"/>.
/// </summary>
internal sealed class Upsample : Operation
{
    public Upsample(Tensor x, ResamplingShape shape, float scale = 1f)
        : base([x], new Shape(shape.Large, shape.Channels))
    {
        if (x.Shape != new Shape(shape.Small, shape.Channels))
            throw new ArgumentException($"{x} does not hold the pixels of {shape}.");
        ResamplingShape = shape;
        Scale = scale;
    }

    public ResamplingShape ResamplingShape { get; }

    public float Scale { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new SumPool(v, ResamplingShape, Scale).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new UpsampleLaunch(ResamplingShape, Scale, binding[Inputs[0]], binding[Output]));
}
