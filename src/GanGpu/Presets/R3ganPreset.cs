using System.Text.Json.Serialization;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>
/// R3GAN (Huang et al. 2024, "The GAN is dead; long live the GAN!", arXiv:2501.05441): the relativistic pairing loss
/// with the penalties R1 and R2, and residual networks without any norm. A block is a convolution 1x1 to twice the
/// channels, bias, leaky ReLU 0.2, a convolution 3x3, bias, leaky ReLU, a convolution 1x1 back, added to what went in;
/// the last convolution starts at 0, the others normal with the gain of the activation times (blocks of the
/// network)^(−1/4), as fix-up initialisation has it. Sizes change between the stages by resampling and a convolution
/// 1x1; networks begin and end with a convolution 1x1 to or from the image, the generator's without tanh. Adam (0,
/// 0.99), a moving average of the generator.
/// </summary>
/// <remarks>
/// Where it departs from its source: small, one block a stage and as many channels in all stages; convolutions 3x3 in
/// one group; nearest up-sampling and means of 2x2 pixels rather than a filter (1, 2, 1); linear layers from the latent
/// vector to the smallest images and from them to the logit, which the source factors; learning rate, γ, β2 and the
/// moving average constant but for a rate that falls linearly, where the source has cosine schedules; images of any
/// size, halved until no side is above 4.
/// </remarks>
public sealed record R3ganPreset : GanPreset
{
    private const int Steps = 50_000, Expansion = 2;

    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 64;

    /// <summary>Channels of both networks between blocks; within them there are twice as many.</summary>
    public int BaseChannels { get; init; } = 64;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        Loss = AdversarialLossKind.RelativisticPairing,
        Penalty = new() { R1 = 1, R2 = 1 },
        GeneratorOptimizer = new AdamOptions(2e-4, 0, 0.99) { Decay = new(0, Steps, 0.25), Average = new(0.999, 0.05) },
        DiscriminatorOptimizer = new AdamOptions(2e-4, 0, 0.99) { Decay = new(0, Steps, 0.25) },
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
        Tensor input = latent.Dense(parameters, "basis", checked(height * width * BaseChannels), Activation.Identity,
            Linear, null);
        FeatureMap x = Block(FeatureMap.Of(input, new SampleShape(height, width, BaseChannels)), parameters, "block0",
            sizes.Length);
        for (int i = sizes.Length - 2; i >= 0; i--)
        {
            // Pixels that a doubled odd side has too many are cut off by the convolution 1x1.
            x = x.Upsample(2)
                .ConvolutionTo(
                    parameters, $"up{sizes.Length - 1 - i}", BaseChannels, PerPixel, sizes[i].Height, sizes[i].Width);
            x = Block(x, parameters, $"block{sizes.Length - 1 - i}", sizes.Length);
        }

        return x.SameConvolution(parameters, "image", sample.Channels, PerPixel).Flatten();
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        (int Height, int Width)[] sizes = ResolutionPyramid.Of(sample.Shape);
        FeatureMap x = FeatureMap.Of(samples, sample.Shape)
            .SameConvolution(parameters, "image", BaseChannels, PerPixel);
        for (int i = 0; i < sizes.Length - 1; i++)
        {
            x = Block(x, parameters, $"block{i}", sizes.Length);
            // A mean of pixels and a convolution 1x1 may change places; an odd side gets a row or column of zeros by
            // the way.
            x = x.ConvolutionTo(
                parameters, $"down{i}", BaseChannels, PerPixel, 2 * sizes[i + 1].Height, 2 * sizes[i + 1].Width)
                .AveragePool(2);
        }

        return Block(x, parameters, $"block{sizes.Length - 1}", sizes.Length).Flatten()
            .Dense(parameters, "logit", 1, Activation.Identity, Linear, null);
    };

    private static Initializer Linear => Initializer.HeNormal.Times(MathF.Sqrt(0.5f));

    private static ConvolutionOptions PerPixel => new(Kernel: 1) { Weight = Linear };

    private static FeatureMap Block(FeatureMap x, Parameters parameters, string name, int blocks)
    {
        Activation activation = Activation.LeakyRelu();
        Initializer weight =
            Initializer.HeNormal.Times(MathF.Pow(blocks, -0.25f) / MathF.Sqrt(1 + (activation.Leak * activation.Leak)));
        ConvolutionOptions layer =
            new(Kernel: 1) { Weight = weight, Bias = Initializer.Zeros, Activation = activation };
        FeatureMap residual = x
            .SameConvolution(parameters, $"{name}.conv1", Expansion * x.Channels, layer)
            .SameConvolution(parameters, $"{name}.conv2", Expansion * x.Channels, layer with { Kernel = 3 })
            .SameConvolution(parameters, $"{name}.conv3", x.Channels, new(Kernel: 1) { Weight = Initializer.Zeros });
        return x.With(x.Tensor + residual.Tensor);
    }
}
