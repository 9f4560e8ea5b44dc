using System.Text.Json.Serialization;
using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu;

/// <summary>
/// Semi-supervised learning with a GAN (Salimans et al. 2016, arXiv:1606.03498) with the networks of the paper's code
/// for MNIST (improved-gan, mnist_svhn_cifar10): the discriminator tells the classes of real samples, of which only
/// some need have a label, and generated ones are a class of their own whose logit is 0: ln Σ e^logit of the others is
/// that of a sample being real. Generator: 100 → 500 → 500, softplus and batch norm, → the sample's size.
/// Discriminator: 1000 → 500 → 250 → 250 → 250, ReLU, → classes, with normal noise added before each layer, of standard
/// deviation 0.3 to the samples and 0.5 further on. The cross-entropy of the classes counts twice as much as that of
/// real samples, and that of fakes as much as that. Uniform latents, batches of 100, Adam (0.5, 0.999).
/// </summary>
/// <remarks>
/// Where it departs from its source: the generator minimises −ln of the probability of real, where the source matches
/// mean features, which classifies better; a learning rate of 3e-4 rather than 3e-3, for layers have no weight norm;
/// values are −1..1 with tanh; latents are uniform on −1..1 rather than 0..1; labelled samples come as often as they
/// are found in the data, where the source has a batch of them in every step.
/// </remarks>
public sealed record SganPreset : GanPreset
{
    private const float InputNoise = 0.3f, HiddenNoise = 0.5f;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 100;

    /// <summary>
    /// Units of the discriminator's last layers; its first has 4 times as many, its second, and the generator's, 2
    /// times.
    /// </summary>
    public int BaseUnits { get; init; } = 250;

    /// <summary>
    /// Samples whose class the discriminator is told: the first of each class, as many of one as of another where there
    /// are so many, and one more of the first classes where the number is not divided; 0 for all that have one.
    /// </summary>
    public int LabelledSamples { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ClassUse ClassUse => ClassUse.SemiSupervised;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 100,
        Latent = NoiseDistribution.Uniform,
        GeneratorOptimizer = new AdamOptions(3e-4, 0.5),
        DiscriminatorOptimizer = new AdamOptions(3e-4, 0.5),
    };

    internal override (float Discriminator, float Generator) ClassWeights => (2f, 0f);

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(BaseUnits), BaseUnits, 1, MostUnits);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, _) =>
    {
        Tensor x = latent;
        for (int i = 1; i <= 2; i++)
            x = TensorMath.Softplus(
                x.Dense(parameters, $"dense{i}", 2 * BaseUnits, Activation.Identity, Weights, Initializer.Zeros))
                .BatchNorm(parameters, $"norm{i}");
        return x.Dense(parameters, "dense3", sample.Length, Activation.Tanh, Weights, Initializer.Zeros);
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        Tensor x = samples.AddNoise(parameters, InputNoise);
        int[] units = [4 * BaseUnits, 2 * BaseUnits, BaseUnits, BaseUnits, BaseUnits];
        for (int i = 0; i < units.Length; i++)
            x = x.Dense(parameters, $"dense{i + 1}", units[i], Activation.Relu, Weights, Initializer.Zeros)
                .AddNoise(parameters, HiddenNoise);
        return x.Dense(parameters, "classes", Classes, Activation.Identity, Weights, Initializer.Zeros);
    };

    internal override int[] LabelsOf(DataSet data)
    {
        int[] labels = base.LabelsOf(data);
        if (LabelledSamples is 0)
            return labels;
        if (LabelledSamples < 0 || LabelledSamples > data.Count)
            throw new InvalidInputException(
                $"Of {data.Count} samples 1 to {data.Count} can be labelled, or all of them with 0, not " +
                $"{LabelledSamples}.");
        int[] left = [
            .. Enumerable.Range(0, Classes)
            .Select(label => (LabelledSamples / Classes) + (label < LabelledSamples % Classes ? 1 : 0))];
        return [.. labels.Select(label => left[label]-- > 0 ? label : -1)];
    }

    private static Initializer Weights => Initializer.GlorotUniform;
}
