using System.Text.Json.Serialization;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>
/// AC-GAN (Odena, Olah and Shlens 2017, arXiv:1610.09585) with the networks of PyTorch-GAN
/// (implementations/acgan/acgan.py): the discriminator tells real from fake and the class of either, by softmax
/// cross-entropy, and the generator wants both. Generator: the latent vector times that of its class, → a quarter of
/// the size with 128 channels, batch norm; twice doubled by nearest up-sampling, each time followed by a convolution
/// 3x3 (128, 64 channels), batch norm (ε 0.8) and leaky ReLU 0.2; a convolution 3x3, tanh. Discriminator: convolutions
/// 3x3 with stride 2 to 16, 32, 64, 128 channels, each with leaky ReLU, dropout of channels 0.25 and, but for the
/// first, batch norm (ε 0.8); one linear layer for the logit and those of the classes. Adam 2e-4 (0.5, 0.999), batches
/// of 64. Convolutions start N(0, 0.02²), scales of batch norms N(1, 0.02²), embeddings standard normal, all else as
/// PyTorch's layers.
/// </summary>
/// <remarks>
/// Where it departs from its source: the softmax lies in the loss alone, as in the paper, where PyTorch-GAN applies it
/// twice; images of any size, halved by the discriminator until no side is above 2; the generator's step draws latents
/// and classes of its own. The losses are not halved, which Adam does not see.
/// </remarks>
public sealed record AcganPreset : GanPreset
{
    private const float BatchNormEpsilon = 0.8f, DropoutRate = 0.25f;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 100;

    /// <summary>
    /// Channels of the discriminator's largest images; smaller ones have twice as many at each halving, the generator's
    /// smallest 8 times.
    /// </summary>
    public int BaseChannels { get; init; } = 16;

    /// <summary>Weight of the classes' cross-entropy in the discriminator's objective.</summary>
    public float DiscriminatorClassWeight { get; init; } = 1f;

    /// <summary>Weight of the classes' cross-entropy in the generator's objective.</summary>
    public float GeneratorClassWeight { get; init; } = 1f;

    /// <inheritdoc/>
    [JsonIgnore]
    public override ClassUse ClassUse => ClassUse.Auxiliary;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        GeneratorOptimizer = new AdamOptions(2e-4, 0.5),
        DiscriminatorOptimizer = new AdamOptions(2e-4, 0.5),
    };

    internal override (float Discriminator, float Generator) ClassWeights =>
        (DiscriminatorClassWeight, GeneratorClassWeight);

    internal override void Validate()
    {
        base.Validate();
        CheckRange(nameof(BaseChannels), BaseChannels, 1, MostChannels);
        CheckWeight(nameof(DiscriminatorClassWeight), DiscriminatorClassWeight);
        CheckWeight(nameof(GeneratorClassWeight), GeneratorClassWeight);
    }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
    {
        (int Height, int Width)[] sizes = ResolutionPyramid.Of(sample.Shape);
        int doublings = Math.Min(2, sizes.Length - 1), channels = 8 * BaseChannels;
        (int height, int width) = sizes[doublings];
        Tensor input = labels!.Embed(parameters, "classes", LatentSize, Initializer.Normal(1f)) * latent;
        int units = checked(height * width * channels);
        FeatureMap x = FeatureMap
            .Of(input.Dense(
                parameters, "project", units, Activation.Identity, Initializer.UniformFanIn,
                Initializer.UniformFanIn.For(LatentSize, units)), new SampleShape(height, width, channels))
            .BatchNorm(parameters, "norm0", scale: Scales);
        for (int i = 1; i <= doublings; i++)
        {
            (height, width) = sizes[doublings - i];
            x = x.Upsample(2)
                .ConvolutionTo(parameters, $"conv{i}", i == 1 ? channels : channels / 2, Layer, height, width)
                .BatchNorm(parameters, $"norm{i}", Activation.LeakyRelu(), BatchNormEpsilon, scale: Scales);
        }

        return x.SameConvolution(
            parameters, "image", sample.Channels, Layer with { Activation = Activation.Tanh }).Flatten();
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        FeatureMap x = FeatureMap.Of(samples, sample.Shape);
        for (int i = 0; i < ResolutionPyramid.Of(sample.Shape).Length; i++)
        {
            x = x.SameConvolution(
                parameters, $"conv{i}", BaseChannels << i, Layer with { Stride = 2, Activation = Activation.LeakyRelu() })
                .Dropout2d(parameters, DropoutRate);
            if (i > 0)
                x = x.BatchNorm(parameters, $"norm{i}", epsilon: BatchNormEpsilon, scale: Scales);
        }

        Tensor features = x.Flatten();
        return features.Dense(
            parameters, "logits", 1 + Classes, Activation.Identity, Initializer.UniformFanIn,
            Initializer.UniformFanIn.For(features.Shape.Columns, 1 + Classes));
    };

    private static ConvolutionOptions Layer =>
        new(Kernel: 3) { Weight = Initializer.Normal(0.02f), Bias = Initializer.UniformFanIn };

    private static Initializer Scales => Initializer.NormalAroundOne(0.02f);

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(AcganPreset), PrintMembers);
}
