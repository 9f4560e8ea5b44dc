using GanGpu.Networks;

namespace GanGpu.Tests.Interchange;

/// <summary>A program's own networks of images with classes, of public layers alone.</summary>
internal sealed record OwnNetworks : GanPreset
{
    /// <summary>Something that PyTorch has no counterpart of, for the discriminator.</summary>
    public enum Unlike
    {
        Nothing,
        Deviation,
        Twice,
        Constant,
        Unused,
    }

    public override int LatentSize { get; init; } = 7;

    public override ClassUse ClassUse => ClassUse.Condition;

    public Unlike Has { get; init; }

    /// <summary>
    /// Vectors, normed and with a residual, to small images; these, less a residual that knows the classes, to images
    /// about four times as large.
    /// </summary>
    public override Network Generator(SampleFormat sample) => (parameters, latent, labels) =>
    {
        Tensor classes = labels!.Embed(parameters, "kind", 5, Initializer.Normal(1f))
            .Dense(parameters, "kind2", 6, Activation.Relu, Initializer.HeNormal, Initializer.Zeros);
        Tensor vectors = latent.Concatenate(classes)
            .Dense(parameters, "units's", 13, Activation.Identity, Initializer.HeNormal, Initializer.Normal(0.1f))
            .LayerNorm(parameters, "layer", Activation.LeakyRelu(0.1f));
        vectors += 0.5f * vectors.Dense(
            parameters, "more", 13, Activation.Tanh, Initializer.HeNormal, Initializer.Normal(0.1f));
        SampleShape small = new((sample.Height + 3) / 4, (sample.Width + 3) / 4, 5);
        FeatureMap x = FeatureMap.Of(
            vectors.Dense(
                parameters, "project", small.Length, Activation.Identity, Initializer.HeNormal, Initializer.Normal(0.1f))
            .BatchNorm(parameters, "vectors", Activation.Relu), small);
        FeatureMap inner = x
            .LayerNorm(parameters, "images", Activation.Relu)
            .Convolution(parameters, "conv1", 8, Layer with { Padding = 1, Bias = Initializer.Normal(0.1f) })
            .ConditionalBatchNorm(parameters, "norm1", labels!, Activation.LeakyRelu())
            .Convolution(parameters, "conv2", 5, Layer with { Kernel = 1 })
            .Dropout(parameters, 0.3f);
        x = inner.With(x.Tensor - inner.Tensor);
        // Sides are doubled twice, and 3 are cut off by a convolution without padding.
        return x.TransposedConvolution(
            parameters, "up", 4, Layer with
            {
                Stride = 2,
                Padding = 1,
                OutputPadding = 1,
                Bias = Initializer.Normal(0.1f),
                Activation = Activation.LeakyRelu(),
            })
            .BatchNorm(parameters, "norm2", epsilon: 0.01f)
            .Upsample(2)
            .Convolution(parameters, "cut", sample.Channels, Layer with { Kernel = 4 })
            .Activate(Activation.Tanh).Flatten();
    };

    /// <summary>
    /// Convolutions with a residual; what they make, and the sample itself, beside each other; times a vector of the
    /// class.
    /// </summary>
    public override Network Discriminator(SampleFormat sample) => (parameters, samples, labels) =>
    {
        FeatureMap images = FeatureMap.Of(samples, sample.Shape);
        FeatureMap x = images
            .Convolution(
                parameters, "conv1", 6, new(Kernel: 4, Stride: 2)
                {
                    Padding = 1,
                    Weight = Initializer.HeNormal,
                    Bias = Initializer.Normal(0.1f),
                    Activation = Activation.LeakyRelu(),
                })
            .Dropout2d(parameters, 0.2f)
            .SameConvolution(parameters, "conv2", 6, Layer with { Kernel = 4 })
            .BatchNorm(parameters, "norm", Activation.LeakyRelu());
        FeatureMap body = x.Activate(Activation.Relu)
            .SameConvolution(parameters, "conv3", 6, Layer with { Bias = Initializer.Normal(0.1f) });
        x = x.With(body.Tensor + x.Tensor + 0.25f);
        if (Has == Unlike.Twice)
            x = x.SameConvolution(parameters, "same", 6, Layer).SameConvolution(parameters, "same", 6, Layer);
        if (Has == Unlike.Deviation)
            x = x.MinibatchStdDev(parameters, 4);
        if (Has == Unlike.Constant)
            x = x.With(x.Tensor + parameters.Get("constant.weight", x.Tensor.Shape, Initializer.Ones));
        if (Has == Unlike.Unused)
            parameters.Get("unused.weight", new Shape(2, 3), Initializer.Ones);
        Tensor whole = x
            .Convolution(parameters, "whole", 4, Layer with { Kernel = x.Height, Bias = Initializer.Ones })
            .GlobalAveragePool();
        Tensor means = x.SumPool(1).GlobalAveragePool().Concatenate(x.GlobalSumPool());
        Tensor all = samples.Concatenate(whole).Concatenate(means.Concatenate(x.Flatten()))
            .Dense(parameters, "all", 9, Activation.Sigmoid, Initializer.HeNormal, Initializer.Normal(0.1f));
        Tensor kind = labels!.Embed(parameters, "kind", 9, Initializer.Normal(1f));
        return (all * kind).Dense(parameters, "logit", 1, Activation.Identity, Initializer.HeNormal, null);
    };

    private static ConvolutionOptions Layer => new(Kernel: 3) { Weight = Initializer.HeNormal };
}
