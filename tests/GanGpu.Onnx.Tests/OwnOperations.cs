using GanGpu.Networks;

namespace GanGpu.Onnx.Tests;

/// <summary>Networks of a program's own, written with operations rather than layers.</summary>
internal static class OwnOperations
{
    private static readonly ConvolutionOptions One = new(Kernel: 1) { Weight = Initializer.HeNormal };

    public static Network Generator(SampleFormat sample) => (parameters, latent, _) =>
    {
        FeatureMap x = FeatureMap.Of(
            latent.Dense(
                parameters, "project", 4 * sample.Height * sample.Width, Activation.Identity, Initializer.HeNormal,
                Initializer.Normal(0.1f)), new SampleShape(sample.Height, sample.Width, 4));
        x = x.With(x.Tensor * x.Tensor.Activate(Activation.Sigmoid));
        x = Attention(parameters, x);
        Tensor scale = parameters.Get("scale", new Shape(1, 4), Initializer.NormalAroundOne(0.1f));
        x = x.With((x.Tensor * scale) - (0.5f * x.Tensor.RowMeans()));
        return x.Convolution(parameters, "out", sample.Channels, One).Activate(Activation.Tanh).Flatten();
    };

    public static Network Discriminator(SampleFormat sample) => (parameters, samples, _) =>
    {
        Tensor x = samples.Dense(
            parameters, "look", 12, Activation.LeakyRelu(), Initializer.HeNormal, Initializer.Normal(0.1f));
        Tensor left = x.SliceColumns(0, 6), right = x.SliceColumns(6, 6);
        Tensor norm = (1f + right.Square().RowSums()).SquareRoot();
        Tensor all = Tensor.ConcatenateColumns(
            left / norm, right.Exp() / right.Exp().RowSums(), (left.Square() + 1f).Log(), 2f / norm, left.Softmax(),
            right.Abs().Softplus());
        return all.Dense(parameters, "logit", 1, Activation.Identity, Initializer.HeNormal, null);
    };

    /// <summary>Self-attention over the pixels of each sample.</summary>
    private static FeatureMap Attention(Parameters parameters, FeatureMap x)
    {
        Tensor query = x.Convolution(parameters, "query", 2, One).Tensor,
            key = x.Convolution(parameters, "key", 2, One).Tensor,
            value = x.Convolution(parameters, "value", x.Channels, One).Tensor;
        Tensor shares = query.MatMul(key, transposeOther: true, groups: x.Batch).Softmax();
        return x.With(x.Tensor + shares.MatMul(value, groups: x.Batch));
    }
}
