using GanGpu.Kernels;
using GanGpu.Losses;

namespace GanGpu.Training;

/// <summary>How a GAN is trained; the defaults are the article's, and TensorFlow's where the article is silent.</summary>
public sealed record TrainingOptions
{
    /// <summary>Samples in a batch, from 1 to the size of the data set.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Decides initial weights, data order and noise. The same seed, device and build give the same bits; another device
    /// gives the same noise and order, and the same curve to rounding.
    /// </summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What latent vectors are drawn from.</summary>
    public NoiseDistribution Latent { get; init; } = NoiseDistribution.Normal;

    /// <summary>The generator's objective.</summary>
    public GeneratorLoss GeneratorLoss { get; init; } = GeneratorLoss.NonSaturating;

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

    /// <summary>Adam for the generator.</summary>
    public AdamOptions GeneratorAdam { get; init; } = new();

    /// <summary>Adam for the discriminator.</summary>
    public AdamOptions DiscriminatorAdam { get; init; } = new();

    /// <summary>
    /// Mirror each real sample of a batch left to right with probability ½, anew every time it is drawn. For pictures that
    /// could as well be the other way round, such as faces; not for letters or digits.
    /// </summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Steps from one report to the next, 1 to 1024; the figures of a report are means over them.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate(int dataCount)
    {
        if (BatchSize < 1)
            throw new InvalidInputException($"The batch size must be at least 1, not {BatchSize}.");
        if (BatchSize > dataCount)
            throw new InvalidInputException($"A batch of {BatchSize} is larger than the data set, which has {dataCount} samples; use a batch of at most {dataCount}.");
        if (DiscriminatorSteps is < 1 or > FigureRing.Capacity)
            throw new InvalidInputException($"The discriminator can be updated 1 to {FigureRing.Capacity} times a step, not {DiscriminatorSteps}.");
        if (ReportEvery < 1 || ReportEvery > FigureRing.Capacity / DiscriminatorSteps)
            throw new InvalidInputException($"Reports can be 1 to {FigureRing.Capacity / DiscriminatorSteps} steps apart, not {ReportEvery}.");
        if (Packing < 1 || BatchSize % Packing != 0)
            throw new InvalidInputException($"The discriminator can judge 1, 2, … samples together, as many as divide the batch of {BatchSize}, not {Packing}.");
        if ((Augmentation & ~(Augmentation.Color | Augmentation.Translation | Augmentation.Cutout)) != 0)
            throw new InvalidInputException($"There is no augmentation '{Augmentation}'.");
        if (!(InstanceNoise >= 0) || !double.IsFinite(InstanceNoise))
            throw new InvalidInputException(FormattableString.Invariant($"The standard deviation of instance noise must be a finite number of at least 0, not {InstanceNoise}."));
        Penalty.Validate();
        if (!Enum.IsDefined(Latent) || !Enum.IsDefined(GeneratorLoss))
            throw new InvalidInputException($"There is no latent distribution '{Latent}' or no generator loss '{GeneratorLoss}'.");
        Validate(GeneratorAdam, "generator");
        Validate(DiscriminatorAdam, "discriminator");
    }

    private static void Validate(AdamOptions adam, string role)
    {
        if (!(adam.LearningRate >= 0) || !double.IsFinite(adam.LearningRate))
            throw new InvalidInputException(FormattableString.Invariant($"The learning rate of the {role} must be a finite number of at least 0, not {adam.LearningRate}."));
        if (!(adam.Beta1 is >= 0 and < 1) || !(adam.Beta2 is >= 0 and < 1))
            throw new InvalidInputException(FormattableString.Invariant($"Adam's betas of the {role} must be at least 0 and below 1, not {adam.Beta1} and {adam.Beta2}."));
        if (!(adam.Epsilon > 0) || !double.IsFinite(adam.Epsilon))
            throw new InvalidInputException(FormattableString.Invariant($"Adam's epsilon of the {role} must be a finite number above 0, not {adam.Epsilon}."));
    }
}
