using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Augments each sample in its own way, drawn anew in every step. The map is affine in the samples, so that derivatives
/// pass through. See <see cref="Augmentation"/>.
/// </summary>
internal sealed class Augment : Operation
{
    /// <summary>
    /// The map itself, the transpose of its linear part, its linear part: see <see cref="AugmentShape"/>.
    /// </summary>
    private const int Whole = 0, Transpose = 1, Linear = 2;

    private readonly ulong seed;
    private readonly uint stream;

    public Augment(Tensor samples, SampleShape sample, Augmentation kinds, ulong seed, uint stream)
        : this(samples,
            new AugmentShape(samples.Shape.Rows, sample.Height, sample.Width, sample.Channels, (int)kinds, Whole),
            seed, stream)
    {
    }

    private Augment(Tensor samples, AugmentShape shape, ulong seed, uint stream)
        : base([samples], samples.Shape)
    {
        if (samples.Shape.Columns != shape.Length)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A row of {samples} is no image of {shape.Height}x{shape.Width}x{shape.Channels}."));
        AugmentShape = shape;
        this.seed = seed;
        this.stream = stream;
    }

    public AugmentShape AugmentShape { get; }

    public ulong Seed => seed;

    public uint Stream => stream;

    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v
            ? new Augment(
                v, AugmentShape with { Adjoint = AugmentShape.Adjoint == Transpose ? Linear : Transpose }, seed, stream)
            .Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new AugmentLaunch(AugmentShape, seed, stream, binding.Step, binding[Inputs[0]], binding[Output]));
}
