using System.Text.Json.Serialization;
using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>
/// SNGAN (Miyato et al. 2018, arXiv:1802.05957) with the residual networks of its authors' code for CIFAR-10
/// (sngan_projection, gen_models/resnet_32.py and dis_models/snresnet_32.py). Generator: 128 → 4x4 with 256 channels;
/// blocks that double the size, see
/// <see cref="ResidualBlocks"/>; batch norm, ReLU, convolution 3x3, tanh. Discriminator, all its weights spectrally
/// normalised: two blocks of 128 channels that halve the size, two that keep it, ReLU, the sum of all pixels, a linear
/// layer without bias. Hinge loss; five updates of the discriminator to one of the generator; Adam 2e-4 (0, 0.9),
/// falling to 0 over 50,000 steps; batches of 64; normal latents. Where <see cref="Conditional"/> is set, the
/// generator's batch norms have scales and shifts of each class, and the discriminator's logit has the product of its
/// features with a learned vector of the class added, the projection of Miyato and Koyama 2018 (arXiv:1802.05637).
/// </summary>
/// <remarks>
/// Where it departs from its source: images of any size, as many blocks as it can be halved until no side is above 4,
/// of which the discriminator halves one less; the generator's batch is as large as the discriminator's, not twice;
/// five new batches for the discriminator, then the generator, which the source updates with the first of the five;
/// random classes are drawn uniformly.
/// </remarks>
public sealed record SnganPreset : GanPreset
{
    private const int Steps = 50_000, CriticSteps = 5;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 128;

    /// <summary>Channels of the discriminator; the generator has twice as many.</summary>
    public int BaseChannels { get; init; } = 128;

    /// <summary>Whether samples are of classes, which the data then must have.</summary>
    public bool Conditional { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ClassUse ClassUse => Conditional ? ClassUse.Condition : ClassUse.None;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        DiscriminatorSteps = CriticSteps,
        Loss = AdversarialLossKind.Hinge,
        GeneratorOptimizer = new AdamOptions(2e-4, 0.0, 0.9) { Decay = new(0, Steps) },
        DiscriminatorOptimizer = new AdamOptions(2e-4, 0.0, 0.9) { Decay = new(0, CriticSteps * Steps) },
    };

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(BaseChannels), BaseChannels, 1, MostChannels);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
    {
        (int Height, int Width)[] sizes = ResolutionPyramid.Of(sample.Shape);
        (int height, int width) = sizes[^1];
        int channels = 2 * BaseChannels;
        Tensor input = latent.Dense(
            parameters, "project", checked(height * width * channels), Activation.Identity, Initializer.GlorotUniform,
            Initializer.Zeros);
        FeatureMap x = FeatureMap.Of(input, new SampleShape(height, width, channels));
        for (int i = sizes.Length - 2; i >= 0; i--)
            x = x.UpBlock(
                parameters, $"block{sizes.Length - 1 - i}", channels, sizes[i].Height, sizes[i].Width, labels);
        return ResidualBlocks.Norm(x, parameters, "norm", labels: null)
            .SameConvolution(
                parameters, "image", sample.Channels,
                new(Kernel: 3) { Bias = Initializer.Zeros, Activation = Activation.Tanh }).Flatten();
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, labels) =>
    {
        int halvings = Math.Max(1, ResolutionPyramid.Of(sample.Shape).Length - 2);
        FeatureMap x = FeatureMap.Of(samples, sample.Shape);
        for (int i = 0; i < halvings + 2; i++)
            x = x.SpectralBlock(parameters, $"block{i + 1}", BaseChannels, halve: i < halvings, first: i == 0);
        Tensor features = x.Activate(Activation.Relu).GlobalSumPool();
        Tensor logits = features.SpectralDense(parameters, "logit", 1, Activation.Identity, Initializer.GlorotUniform);
        return labels is null ? logits : logits + Projection(features, parameters, labels);
    };

    /// <summary>The product of a sample's features with the vector of its class, spectrally normalised.</summary>
    private static Tensor Projection(Tensor features, Parameters parameters, Tensor labels)
    {
        Tensor table = parameters.Get(
            "classes.weight", new Shape(labels.Shape.Columns, features.Shape.Columns), Initializer.GlorotUniform)
            .SpectralNorm(parameters, "classes");
        return new RowDots(new MatMul(labels, table).Output, features).Output;
    }
}
