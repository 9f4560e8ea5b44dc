using System.Text.Json.Serialization;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>
/// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028) as its authors train it on MNIST (gan_mnist.py): generator 128 →
/// 4x4 with 4 · base channels, ReLU, doubled in size and halved in channels by transposed convolutions 5x5 with stride
/// 2 and ReLU; discriminator of convolutions 5x5 with stride 2 and leaky ReLU 0.2, then a linear layer; no norm
/// anywhere.
/// </summary>
/// <remarks>
/// Where it departs from its source: images of any size, halved until no side is above 4; values are −1..1 with tanh
/// rather than 0..1 with a sigmoid; weights of the convolutions are uniform with the deviation √(4 / (fan in + fan
/// out)), fans of the whole kernel, which the source divides by the square of the stride on one side.
/// </remarks>
public sealed record WganGpPreset : GanPreset
{
    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 128;

    /// <summary>
    /// Channels of the largest images within both networks; smaller ones have twice as many at each halving.
    /// </summary>
    public int BaseChannels { get; init; } = 64;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 50,
        DiscriminatorSteps = 5,
        Loss = AdversarialLossKind.Wasserstein,
        GeneratorOptimizer = new AdamOptions(1e-4, 0.5, 0.9),
        DiscriminatorOptimizer = new AdamOptions(1e-4, 0.5, 0.9),
        Penalty = new() { GradientPenalty = 10 },
    };

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(BaseChannels), BaseChannels, 1, MostChannels);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, _) =>
    {
        (int Height, int Width)[] sizes = ResolutionPyramid.Of(sample.Shape);
        (int height, int width) = sizes[^1];
        int channels = BaseChannels << (sizes.Length - 2);
        FeatureMap x = FeatureMap.Of(
            latent.Dense(
                parameters, "project", checked(height * width * channels), Activation.Relu, Weights, Initializer.Zeros),
                new SampleShape(height, width, channels));
        for (int i = sizes.Length - 2; i > 0; i--)
        {
            channels /= 2;
            x = x.SameTransposedConvolution(
                parameters, $"deconv{sizes.Length - 1 - i}", channels, Layer with { Activation = Activation.Relu },
                sizes[i].Height, sizes[i].Width);
        }

        return x.SameTransposedConvolution(
            parameters, "image", sample.Channels, Layer with { Activation = Activation.Tanh }, sample.Height,
            sample.Width).Flatten();
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        int halvings = ResolutionPyramid.Of(sample.Shape).Length - 1;
        FeatureMap x = FeatureMap.Of(samples, sample.Shape);
        for (int i = 0; i < halvings; i++)
            x = x.SameConvolution(
                parameters, $"conv{i}", BaseChannels << i, Layer with { Activation = Activation.LeakyRelu() });
        return x.Flatten()
            .Dense(parameters, "logit", 1, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    };

    /// <summary>Glorot's limit times √2: a deviation of √(4 / (fan in + fan out)).</summary>
    private static Initializer Weights => Initializer.GlorotUniform.Times(MathF.Sqrt(2f));

    private static ConvolutionOptions Layer => new(Kernel: 5, Stride: 2) { Weight = Weights, Bias = Initializer.Zeros };
}
