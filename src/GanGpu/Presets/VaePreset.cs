using System.Text.Json.Serialization;
using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Objectives.Vae;

namespace GanGpu;

/// <summary>
/// A variational autoencoder, to hold GANs against: the one of PyTorch's examples (pytorch/examples, vae), after Kingma
/// and Welling 2014, arXiv:1312.6114. Encoder 784 (the sample's size) → 400, ReLU → mean and log variance of 20; decoder
/// 20 → 400, ReLU → 784 logits, of which samples are made as 2 σ(logit) − 1 = tanh(½ logit). Weights start as PyTorch's.
/// Batches of 128; Adam 1e-3 (0.9, 0.999) for both networks.
/// </summary>
/// <remarks>
/// It has no discriminator, so no option of <see cref="TrainingOptions"/> that is about one fits it; of the optimizers
/// <see cref="TrainingOptions.GeneratorOptimizer"/> is that of both networks. Reports have the metrics "loss",
/// "reconstruction" and "kl", in nats a sample.
/// </remarks>
public sealed record VaePreset : Preset
{
    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 20;

    /// <summary>Units of the hidden layer of both networks.</summary>
    public int Units { get; init; } = 400;

    /// <summary>
    /// Standard deviation, above 0, of numbers around what the decoder makes of a latent vector; of data that are no
    /// images. The smaller it is, the closer reconstructions come, and the less latent vectors keep to their
    /// distribution.
    /// </summary>
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe =>
        new() { BatchSize = 128, GeneratorOptimizer = new AdamOptions(1e-3, 0.9) };

    /// <summary>As in PyTorch's example.</summary>
    internal override int Epochs => 10;

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(Units), Units, 1, MostUnits);
        if (!(Deviation > 0) || !double.IsFinite(1 / (Deviation * Deviation)))
            throw new InvalidInputException(
                FormattableString.Invariant($"{nameof(Deviation)} of the preset vae must be above 0, not {Deviation}."));
    }

    /// <summary>The decoder.</summary>
    /// <param name="sample">The size of a sample.</param>
    public override Network Generator(SampleFormat sample) => (parameters, latent, _) =>
    {
        Tensor output = Decode(sample, parameters, latent);
        return sample.Encoding.IsBounded ? new Activate(0.5f * output, Activation.Tanh).Output : output;
    };

    /// <inheritdoc/>
    internal override IObjective Objective(SampleFormat sample, TrainingOptions options)
    {
        TrainingOptions none = new();
        (string Name, bool Given)[] ofDiscriminators =
        [
            (nameof(options.Loss), options.Loss != none.Loss),
            (nameof(options.LabelSmoothing), options.LabelSmoothing != 0),
            (nameof(options.DiscriminatorSteps), options.DiscriminatorSteps != 1),
            (nameof(options.Penalty), options.Penalty.Any),
            (nameof(options.Packing), options.Packing != 1),
            (nameof(options.Augmentation), options.Augmentation != none.Augmentation),
            (nameof(options.InstanceNoise), options.InstanceNoise != 0),
        ];
        if (ofDiscriminators.FirstOrDefault(option => option.Given).Name is { } name)
            throw new InvalidInputException(
                $"{name} is about a discriminator, and the preset vae has none; leave it out.");
        if (options.Latent != NoiseDistribution.Normal)
            throw new InvalidInputException(
                $"The preset vae draws latent vectors from a normal distribution, not from '{options.Latent}'.");
        return new VaeObjective(
            new VaeNetworks(
                Encode, (parameters, latent) => Decode(sample, parameters, latent),
                sample.Encoding.IsBounded ? null : Deviation), sample, options);
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<DescribedNetwork> Describe(SampleFormat sample, TrainingOptions options)
    {
        Parameters parameters = new() { Training = false };
        Encode(parameters, new Tensor("samples", new Shape(1, sample.Length)));
        return [.. base.Describe(sample, options), new("encoder", parameters)];
    }

    /// <summary>From samples to the mean and the logarithm of the variance of their latent vectors.</summary>
    internal (Tensor Mean, Tensor LogVariance) Encode(Parameters parameters, Tensor samples)
    {
        Tensor hidden = Dense(parameters, samples, "hidden", Units, Activation.Relu);
        return (Dense(parameters, hidden, "mean", LatentSize, Activation.Identity),
            Dense(parameters, hidden, "log_variance", LatentSize, Activation.Identity));
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(VaePreset), PrintMembers);

    private Tensor Decode(SampleFormat sample, Parameters parameters, Tensor latent) => Dense(
        parameters, Dense(parameters, latent, "hidden", Units, Activation.Relu), "output", sample.Length,
        Activation.Identity);

    private static Tensor Dense(Parameters parameters, Tensor x, string name, int units, Activation activation) =>
        x.Dense(
            parameters, name, units, activation, Initializer.UniformFanIn,
            Initializer.UniformFanIn.For(x.Shape.Columns, units));
}
