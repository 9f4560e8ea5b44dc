using System.Globalization;
using System.Text.Json.Serialization;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Objectives;

namespace GanGpu;

/// <summary>
/// How a GAN is trained; the defaults are the article's, and TensorFlow's where the article is silent.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Updates whose metrics a device keeps until they are asked for.</summary>
    internal const int MostKept = 1024;

    /// <summary>Samples in a batch, from 1 to the size of the data set.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Decides initial weights, data order and noise. The same seed, device and build give the same bits; another
    /// device gives the same noise and order, and the same curve to rounding.
    /// </summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What latent vectors are drawn from.</summary>
    public NoiseDistribution Latent { get; init; } = NoiseDistribution.Normal;

    /// <summary>What the two players minimise.</summary>
    public AdversarialLossKind Loss { get; init; } = AdversarialLossKind.NonSaturating;

    /// <summary>
    /// What the discriminator minimises in place of <see cref="Loss"/>: a loss of the program's own, [1, 1], which may
    /// have <see cref="LossTerms.Standard"/> as a part. Penalties and classes are added to it as to any other. Null for
    /// <see cref="Loss"/> itself. It is called when the training is planned, and traced: it computes nothing itself. A
    /// checkpoint can't keep it, so <c>GanTrainer.Resume</c> wants it again.
    /// </summary>
    [JsonIgnore]
    public Func<LossTerms, Tensor>? DiscriminatorLoss { get; init; }

    /// <summary>What the generator minimises, likewise.</summary>
    [JsonIgnore]
    public Func<LossTerms, Tensor>? GeneratorLoss { get; init; }

    /// <summary>Whether a loss is the program's own, which checkpoints say.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal bool HasOwnLoss { get; init; }

    /// <summary>Whether a loss is the program's own, and here.</summary>
    [JsonIgnore]
    internal bool OwnLoss => DiscriminatorLoss is not null || GeneratorLoss is not null;

    /// <summary>
    /// One-sided label smoothing: the discriminator's target for real samples is 1 less this, 0 to below ½; that of
    /// generated ones stays 0, and the generator's stays 1. Salimans et al., "Improved techniques for training GANs"
    /// (NIPS 2016), 0.1. For cross-entropy and least squares.
    /// </summary>
    public float LabelSmoothing { get; init; }

    /// <summary>
    /// Batches whose gradients are averaged for each update, 1 to 1024: gradient accumulation, for effective batches
    /// that memory has no room for. Batch norm and penalties see one batch at a time.
    /// </summary>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>Updates of the discriminator for each of the generator, 1 to 1024: n-critic.</summary>
    public int DiscriminatorSteps { get; init; } = 1;

    /// <summary>Penalties on the discriminator's gradient.</summary>
    public PenaltyOptions Penalty { get; init; } = new();

    /// <summary>
    /// Samples that the discriminator judges together, all of them real or all generated: PacGAN, Lin et al. 2018,
    /// arXiv:1712.04086. 1 to the batch size, which it must divide.
    /// </summary>
    public int Packing { get; init; } = 1;

    /// <summary>How real and generated samples alike are changed before they are judged.</summary>
    public Augmentation Augmentation { get; init; }

    /// <summary>
    /// Standard deviation of the normal noise that is added to real and generated samples alike before they are judged;
    /// 0 for none. Instance noise, Sønderby et al. 2017, arXiv:1610.04490.
    /// </summary>
    public double InstanceNoise { get; init; }

    /// <summary>How the generator is updated.</summary>
    public OptimizerOptions GeneratorOptimizer { get; init; } = new AdamOptions();

    /// <summary>How the discriminator is updated.</summary>
    public OptimizerOptions DiscriminatorOptimizer { get; init; } = new AdamOptions();

    /// <summary>
    /// Mirror each real sample of a batch left to right with probability ½, anew every time it is drawn. For pictures
    /// that could as well be the other way round, such as faces; not for letters or digits.
    /// </summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>
    /// Tensors that stay as they are, to the bit, by the names that checkpoints have for them, such as
    /// "generator.dense1.weight"; in a pattern * is any text, as in "discriminator.*". Their gradients are not computed,
    /// and no optimizer, limit or average touches them. What a network keeps beside its weights, such as running means,
    /// is frozen by its name as well, such as "generator.norm1.mean.state". Of a network that is frozen whole an update
    /// only reports.
    /// </summary>
    public IReadOnlyList<string> Frozen
    {
        get;
        init => field = value is null ? null! : value as FrozenTensors ?? new FrozenTensors(value);
    } = FrozenTensors.None;

    /// <summary>Steps from one report to the next, 1 to 1024; the metrics of a report are means over them.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>
    /// The factor on both learning rates, a finite number of at least 0, from the steps done, 0 before the first; null
    /// for none. It multiplies what <see cref="OptimizerOptions.Decay"/> leaves of them. It is asked on the thread that
    /// trains, before each step and perhaps several times, in the device's turn: let it depend on the step alone, be
    /// quick, and use nothing of the device.
    /// </summary>
    /// <remarks>
    /// A function is no part of a checkpoint: who resumes a training sets <c>GanTrainer.Schedule</c> again, or goes on
    /// with other rates. <c>TrainingRun.StartOrResume</c> does that by itself.
    /// </remarks>
    [JsonIgnore]
    public Func<long, double>? Schedule { get; init; }

    /// <summary>Batches of real samples that a step takes.</summary>
    internal int BatchesPerStep => DiscriminatorSteps * AccumulatedBatches;

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate(int dataCount)
    {
        if (BatchSize < 1)
            throw new InvalidInputException($"The batch size must be at least 1, not {BatchSize}.");
        if (BatchSize > dataCount)
            throw new InvalidInputException(
                $"A batch of {BatchSize} is larger than the data set, which has {dataCount} samples; use a batch of " +
                $"at most {dataCount}.");
        if (DiscriminatorSteps is < 1 or > MostKept)
            throw new InvalidInputException(
                $"The discriminator can be updated 1 to {MostKept} times a step, not {DiscriminatorSteps}.");
        if (AccumulatedBatches < 1 || AccumulatedBatches > MostKept / DiscriminatorSteps)
            throw new InvalidInputException(
                $"An update can take 1 to {MostKept / DiscriminatorSteps} batches, not " +
                $"{AccumulatedBatches}.");
        if (ReportEvery < 1 || ReportEvery > MostKept / BatchesPerStep)
            throw new InvalidInputException(
                $"Reports can be 1 to {MostKept / BatchesPerStep} steps apart, not {ReportEvery}.");
        if (Packing < 1 || BatchSize % Packing != 0)
            throw new InvalidInputException(
                $"The discriminator can judge 1, 2, … samples together, as many as divide the batch of {BatchSize}, " +
                $"not {Packing}.");
        if ((Augmentation & ~(Augmentation.Color | Augmentation.Translation | Augmentation.Cutout)) != 0)
            throw new InvalidInputException($"There is no augmentation '{Augmentation}'.");
        if (!(InstanceNoise >= 0) || !double.IsFinite(InstanceNoise))
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The standard deviation of instance noise must be a finite number of at least 0, not " +
                    $"{InstanceNoise}."));
        CheckGiven(Penalty, nameof(Penalty), nameof(PenaltyOptions));
        Penalty.Validate();
        if (!Enum.IsDefined(Latent) || !Enum.IsDefined(Loss))
            throw new InvalidInputException($"There is no latent distribution '{Latent}' or no loss '{Loss}'.");
        if (!(LabelSmoothing is >= 0 and < 0.5f))
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"Label smoothing must be at least 0 and below 0.5, not {LabelSmoothing}."));
        if (LabelSmoothing > 0
            && Loss is not (AdversarialLossKind.NonSaturating or AdversarialLossKind.Minimax
                or AdversarialLossKind.LeastSquares))
            throw new InvalidInputException($"The loss {Loss} has no labels to smooth.");
        if (Loss == AdversarialLossKind.RelativisticPairing && DiscriminatorSteps != 1)
            throw new InvalidInputException(
                $"Relativistic pairing updates both networks once a step, not the discriminator {DiscriminatorSteps} " +
                "times.");
        CheckGiven(Frozen, nameof(Frozen), "List<string>");
        ((FrozenTensors)Frozen).Validate();
        CheckGiven(GeneratorOptimizer, nameof(GeneratorOptimizer), nameof(AdamOptions));
        CheckGiven(DiscriminatorOptimizer, nameof(DiscriminatorOptimizer), nameof(AdamOptions));
        OptimizerValidation.Validate(GeneratorOptimizer, "generator");
        OptimizerValidation.Validate(DiscriminatorOptimizer, "discriminator");
    }

    private static void CheckGiven(object? value, string name, string type)
    {
        if (value is null)
            throw new InvalidInputException(
                $"The option {name} is null; give it a value, such as new {type}(), or leave it out.");
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(TrainingOptions), PrintMembers);
}
