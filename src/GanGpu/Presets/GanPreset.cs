using System.Globalization;
using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Objectives.Gan;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>A generator and a discriminator that belong together.</summary>
/// <remarks>For networks of your own use <see cref="Create"/>, or derive from it; see <see cref="Preset"/>.</remarks>
public abstract record GanPreset : Preset
{
    /// <summary>A preset of a program's own, of two functions.</summary>
    /// <param name="name">What it is called in messages and in checkpoints.</param>
    /// <param name="latentSize">Values in a latent vector, at least 1.</param>
    /// <param name="generator">Of samples, the network that makes them, see
    /// <see cref="Preset.Generator(SampleFormat)"/>.</param>
    /// <param name="discriminator">Of samples, the network that judges them, see
    /// <see cref="Discriminator(SampleFormat)"/>.</param>
    /// <param name="classUse">What it does with the classes of samples.</param>
    /// <param name="recipe">How it is trained unless told; <see cref="TrainingOptions"/> by default.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidInputException">The latent size is out of its range.</exception>
    public static GanPreset Create(
        string name, int latentSize, Func<SampleFormat, Network> generator, Func<SampleFormat, Network> discriminator,
        ClassUse classUse = ClassUse.None, TrainingOptions? recipe = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        FunctionsPreset preset = new(name, generator, discriminator, classUse, recipe ?? new TrainingOptions())
        {
            LatentSize = latentSize,
        };
        preset.Validate();
        return preset;
    }

    /// <summary>
    /// From samples [n, length] to logits [n, 1]: σ of a logit is the probability that the sample is real. With an
    /// <see cref="ClassUse"/> it may be given classes, or have further results.
    /// </summary>
    /// <param name="sample">The size of a sample; with packing a row has several of them.</param>
    public abstract Network Discriminator(SampleFormat sample);

    /// <summary>
    /// Weights of the cross-entropy of classes in the discriminator's and in the generator's objective, beside the
    /// adversarial loss.
    /// </summary>
    internal virtual (float Discriminator, float Generator) ClassWeights => (1f, 1f);

    /// <inheritdoc/>
    internal override IObjective Objective(SampleFormat sample, TrainingOptions options)
    {
        Network? discriminator = Discriminator(sample.Packed(options.Packing));
        return new GanObjective(
            new GanNetworks(
                LatentSize,
                (parameters, latent, classes) => Generate(sample, parameters, latent, classes),
                (parameters, samples, classes) => Judge(discriminator, parameters, samples, classes))
            {
                ClassUse = ClassUse,
                Classes = Classes,
                ClassWeights = ClassWeights,
            }, sample, options);
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<DescribedNetwork> Describe(SampleFormat sample, TrainingOptions options)
    {
        Parameters parameters = new() { Training = false };
        SampleFormat packed = sample.Packed(options.Packing);
        Tensor? classes = ClassUse == ClassUse.Condition
            ? new OneHot(new Tensor("labels", new Shape(1, 1)), Classes).Output : null;
        Judge(Discriminator(packed), parameters, new Tensor("samples", new Shape(1, packed.Length)), classes);
        return [.. base.Describe(sample, options), new("discriminator", parameters)];
    }

    /// <summary>Applies the discriminator.</summary>
    /// <param name="discriminator">What <see cref="Discriminator"/> gave.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="samples">What it judges.</param>
    /// <param name="classes">Of the samples.</param>
    /// <exception cref="InvalidInputException">Its result is not what a discriminator of this use of classes
    /// says.</exception>
    internal Tensor Judge(Network? discriminator, Parameters parameters, Tensor samples, Tensor? classes)
    {
        Tensor result = Applied(discriminator, parameters, samples, classes, nameof(Discriminator));
        int logits = ClassUse switch { ClassUse.Auxiliary => 1 + Classes, ClassUse.SemiSupervised => Classes, _ => 1 };
        return result.Shape == new Shape(samples.Shape.Rows, logits) ? result
            : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
            $"The discriminator makes {result.Shape.Columns} logits of a sample, and is to make {logits}; correct " +
            $"{nameof(Discriminator)} of {Title}{Rows(result, samples)}."));
    }

}
