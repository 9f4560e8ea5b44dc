using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>
/// The classes of a step's samples: those of the real batch, and those that samples are generated of, drawn at random.
/// Where a real sample and a generated one are held against each other, or a penalty looks between them, both are of
/// one class, that of the real sample.
/// </summary>
internal sealed class StepClasses
{
    private readonly int classes;
    private readonly Tensor? real, fake, single;
    private Tensor? both;

    private StepClasses(int classes, Tensor? real, Tensor? fake, Tensor? single)
    {
        this.classes = classes;
        this.real = real;
        this.fake = fake;
        this.single = single;
    }

    public static StepClasses OfDiscriminator(GanNetworks gan, DataOrder order, TrainingOptions options) =>
        gan.ClassUse == ClassUse.None
        ? new(0, null, null, null)
        : Of(gan, order, options, RandomStreams.DiscriminatorLabels, new RealLabels(order).Output);

    /// <summary>The generator's step knows no real samples, but where they are paired with generated ones.</summary>
    public static StepClasses OfGenerator(GanNetworks gan, DataOrder order, TrainingOptions options) =>
        gan.GeneratesClasses
        ? Of(gan, order, options, RandomStreams.GeneratorLabels, options.Loss
            == AdversarialLossKind.RelativisticPairing ? new RealLabels(order).Output : null)
        : new(0, null, null, null);

    /// <summary>[n, classes], what the generator is told; null where it is told nothing.</summary>
    public Tensor? OneHotOfFakes => fake is null ? null : new OneHot(fake, classes).Output;

    /// <summary>[rows, classes], what the discriminator is told.</summary>
    /// <param name="batches">2 for real samples and generated ones behind them; 1 in the discriminator's step for
    /// samples of the classes of the real ones, in the generator's for generated ones.</param>
    public Tensor OneHotOf(int batches) => new OneHot(Labels(batches), classes).Output;

    /// <summary>[rows, 1], the same as numbers; −1 for a generated sample of no class.</summary>
    /// <param name="batches">As for <see cref="OneHotOf"/>.</param>
    public Tensor Labels(int batches) =>
        batches == 1 ? single! : both ??= new StackRows(real!, fake ?? new Fill(real!.Shape, -1f).Output).Output;

    private static StepClasses Of(GanNetworks gan, DataOrder order, TrainingOptions options, uint stream, Tensor? real)
    {
        bool oneClass = options.Loss == AdversarialLossKind.RelativisticPairing || options.Penalty.UnitNorm > 0;
        Tensor? fake = !gan.GeneratesClasses ? null
            : oneClass && real is not null ? real
            : new RandomLabels(order.BatchSize, gan.Classes, options.Seed, stream).Output;
        return new(gan.Classes, real, fake, real ?? fake);
    }
}
