using System.Text.Json.Serialization;
using GanGpu.Networks;
using GanGpu.Presets;

namespace GanGpu;

/// <summary>
/// DCGAN (Radford, Metz and Chintala 2016, arXiv:1511.06434) as in PyTorch's examples (dcgan/main.py): generator 100 →
/// 4x4 with 8 · base channels for 64 pixels, doubled in size and halved in channels by transposed convolutions 4x4 with
/// stride 2, batch norm and ReLU after each, tanh at the end; discriminator its mirror with leaky ReLU 0.2, without
/// batch norm in the first layer, and a logit at the end. No biases; weights N(0, 0.02²), scales of batch norms N(1,
/// 0.02²).
/// </summary>
/// <remarks>
/// Where it departs from its source: images of any size, halved until no side is above 4 (28 pixels: 28, 14, 7, 4),
/// rather than of 64 pixels; the generator's step draws noise of its own rather than that of the discriminator's step.
/// </remarks>
public sealed record DcganPreset : GanPreset
{
    /// <inheritdoc/>
    public override int LatentSize { get; init; } = 100;

    /// <summary>
    /// Channels of the largest images within both networks; smaller ones have twice as many at each halving.
    /// </summary>
    public int BaseChannels { get; init; } = 64;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TrainingOptions Recipe => new()
    {
        BatchSize = 64,
        GeneratorOptimizer = new AdamOptions(2e-4, 0.5),
        DiscriminatorOptimizer = new AdamOptions(2e-4, 0.5),
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
        FeatureMap x = FeatureMap
            .Of(OnePixel(latent).Dense(
                parameters, "project", checked(height * width * channels), Activation.Identity, Weights, null),
                new SampleShape(height, width, channels))
            .BatchNorm(parameters, "norm0", Activation.Relu, scale: Scales);
        for (int i = sizes.Length - 2; i > 0; i--)
        {
            channels /= 2;
            int layer = sizes.Length - 1 - i;
            x = x.SameTransposedConvolution(
                parameters, $"deconv{layer}", channels, Layer, sizes[i].Height, sizes[i].Width)
                .BatchNorm(parameters, $"norm{layer}", Activation.Relu, scale: Scales);
        }

        return x.SameTransposedConvolution(
            parameters, "image", sample.Channels, Layer, sample.Height, sample.Width)
            .Activate(Activation.Tanh).Flatten();
    };

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        int halvings = ResolutionPyramid.Of(sample.Shape).Length - 1;
        FeatureMap x = FeatureMap.Of(samples, sample.Shape).SameConvolution(parameters, "conv0", BaseChannels, Layer)
            .Activate(Activation.LeakyRelu());
        for (int i = 1; i < halvings; i++)
        {
            x = x.SameConvolution(parameters, $"conv{i}", BaseChannels << i, Layer)
                .BatchNorm(parameters, $"norm{i}", Activation.LeakyRelu(), scale: Scales);
        }

        return OnePixel(x.Flatten()).Dense(parameters, "logit", 1, Activation.Identity, Weights, null);
    };

    /// <summary>
    /// Each row as an image of one pixel: in PyTorch's example the layers from latent vectors and to logits are
    /// convolutions as large as their images.
    /// </summary>
    private static Tensor OnePixel(Tensor x) => FeatureMap.Of(x, new SampleShape(1, 1, x.Shape.Columns)).Tensor;

    private static Initializer Weights => Initializer.Normal(0.02f);

    private static ConvolutionOptions Layer => new(Kernel: 4, Stride: 2) { Weight = Weights };

    private static Initializer Scales => Initializer.NormalAroundOne(0.02f);
}
