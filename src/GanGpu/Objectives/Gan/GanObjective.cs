using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>
/// What a GAN trains. The discriminator learns to give real samples high logits and generated ones low, in one or more
/// updates; then the generator learns, in one, to make what the discriminator gives high logits. Goodfellow et al.
/// 2014, arXiv:1406.2661; losses and penalties of later papers are options.
/// </summary>
/// <param name="gan">The two networks.</param>
/// <param name="sample">The size of a sample.</param>
/// <param name="options">Losses, penalties and how often.</param>
internal sealed class GanObjective(GanNetworks gan, SampleFormat sample, TrainingOptions options) : IObjective
{
    private const int Generator = 0, Discriminator = 1;

    public IReadOnlyList<NetworkRole> Networks =>
    [
        new("generator", "G", options.GeneratorOptimizer),
        new("discriminator", "D", options.DiscriminatorOptimizer),
    ];

    public bool ReadsLabels => gan.ClassUse != ClassUse.None;

    public IReadOnlyList<IReadOnlyList<int>> Schedule => PenaltySchedule.Of(options);

    public IReadOnlyList<UpdateGraph> Updates(DataOrder order, IReadOnlyList<Parameters> networks)
    {
        List<UpdateGraph> updates = [DiscriminatorUpdate(order, networks, penalised: options.Penalty.Any)];
        if (options.Penalty.IsLazy)
            updates.Add(DiscriminatorUpdate(order, networks, penalised: false));
        return [.. updates, GeneratorUpdate(order, networks)];
    }

    public IReadOnlyList<ReportedMetric> Report(IReadOnlyList<double[]> means) =>
        GanMetrics.Of(gan, options, generator: means[Generator], discriminator: means[Discriminator]);

    private UpdateGraph DiscriminatorUpdate(DataOrder order, IReadOnlyList<Parameters> networks, bool penalised)
    {
        StepClasses classes = StepClasses.OfDiscriminator(gan, order, options);
        Tensor latent = Latent(order, RandomStreams.DiscriminatorLatent);
        Tensor fake = gan.Generator(networks[Generator], latent, classes.OneHotOfFakes);
        Tensor real = Real(order);
        Tensor samples = new StackRows(real, fake).Output;
        DiscriminatorPass discriminator = new(gan, networks[Discriminator], sample, options, update: 0, classes);
        DiscriminatorOutput output = discriminator.Apply(samples, batches: 2);
        Judged judged = discriminator.Judged(output.Logits);

        LossSum loss = new();
        loss.AddAdversarial(
            AdversarialLoss.Discriminator(
                options.Loss, output.Logits, realRows: output.Logits.Shape.Rows / 2, options.LabelSmoothing),
            options.DiscriminatorLoss, () => new LossTerms(
                options, discriminator.Judge, networks[Discriminator], new(latent, fake, () => real), judged.Half(0),
                judged.Half(1), generates: false), "discriminator");
        if (penalised)
            loss.Add(InputPenalty.Of(discriminator, options, real, fake, samples, output.Logits));
        else if (options.Penalty.Any)
            loss.AddNoPenalty();
        if (output.Classes is { } logits)
            loss.Add(new SoftmaxCrossEntropy(
                logits, classes.Labels(batches: 2),
                new(order.BatchSize, gan.ClassWeights.Discriminator, gan.ClassWeights.Discriminator)));
        return loss.Update(networks, Discriminator);
    }

    private UpdateGraph GeneratorUpdate(DataOrder order, IReadOnlyList<Parameters> networks)
    {
        bool paired = options.Loss == AdversarialLossKind.RelativisticPairing;
        StepClasses classes = StepClasses.OfGenerator(gan, order, options);
        Tensor latent = Latent(order, RandomStreams.GeneratorLatent);
        Tensor fake = gan.Generator(networks[Generator], latent, classes.OneHotOfFakes);
        Tensor? real = paired ? RealOfGenerator(order) : null;
        DiscriminatorPass discriminator = new(gan, networks[Discriminator], sample, options, update: 1, classes);
        DiscriminatorOutput output = real is null ? discriminator.Apply(fake, batches: 1)
            : discriminator.Apply(new StackRows(real, fake).Output, batches: 2);
        Judged judged = discriminator.Judged(output.Logits);

        LossSum loss = new();
        loss.AddAdversarial(
            paired ? AdversarialLoss.PairedGenerator(output.Logits)
                : AdversarialLoss.Generator(options.Loss, output.Logits),
            options.GeneratorLoss, () => new LossTerms(
                options, discriminator.Judge, networks[Generator], new(latent, fake, () => real ??= RealOfGenerator(order)),
                paired ? judged.Half(0) : null, paired ? judged.Half(1) : judged, generates: true), "generator");
        if (gan.ClassUse == ClassUse.Auxiliary && output.Classes is { } logits)
            loss.Add(new SoftmaxCrossEntropy(
                logits, classes.Labels(paired ? 2 : 1),
                new(order.BatchSize, paired ? 0f : gan.ClassWeights.Generator, gan.ClassWeights.Generator)), reported: false);
        return loss.Update(networks, Generator);
    }

    /// <summary>
    /// The discriminator's batch of this step: it is updated once a step, so that both networks' counts of batches are
    /// the same.
    /// </summary>
    private Tensor RealOfGenerator(DataOrder order) => options.DiscriminatorSteps == 1 ? Real(order)
        : throw new InvalidInputException(
            $"The generator's loss asks for real samples, and the discriminator is updated {options.DiscriminatorSteps} " +
            "times a step; update it once.");

    private Tensor Real(DataOrder order) => new RealBatch(order, sample, options.HorizontalFlip).Output;

    private Tensor Latent(DataOrder order, uint stream) =>
        new Noise(new Shape(order.BatchSize, gan.LatentSize), options.Latent, options.Seed, stream).Output;
}
