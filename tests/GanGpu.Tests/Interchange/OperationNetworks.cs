using GanGpu.Networks;
using GanGpu.Onnx.Tests;

namespace GanGpu.Tests.Interchange;

/// <summary>
/// Networks of operations, of images with several channels, so that each change of their order shows.
/// </summary>
internal static class OperationNetworks
{
    private static readonly ConvolutionOptions One = new(Kernel: 1) { Weight = Initializer.HeNormal },
        Three = new(Kernel: 3) { Weight = Initializer.HeNormal, Bias = Initializer.Normal(0.1f) };

    public static IEnumerable<(string Name, SampleFormat Sample, GanPreset Preset)> All =>
    [
        .. From("onnx", SampleFormat.OfImages(6, 6, 1), OwnOperations.Generator, OwnOperations.Discriminator),
        .. From("attentive", SampleFormat.OfImages(8, 12, 3), Attentive.Drawing, Attentive.Judging),
        .. From("pixels", SampleFormat.OfImages(4, 6, 3), PixelsDrawn, PixelsJudged),
        .. From("flat", SampleFormat.OfImages(4, 6, 3), FlatDrawn, FlatJudged),
        .. From("learned", SampleFormat.OfImages(8, 12, 2), LearnedDrawn, LearnedJudged),
        .. From("classes", SampleFormat.OfImages(4, 6, 3), ClassesDrawn, ClassesJudged, ClassUse.Condition),
        .. From("points", SampleFormat.OfPoints(2), PointsDrawn, PointsJudged),
    ];

    private static IEnumerable<(string Name, SampleFormat Sample, GanPreset Preset)> From(
        string name, SampleFormat sample, Func<SampleFormat, Network> draws, Func<SampleFormat, Network> judges,
        ClassUse classUse = ClassUse.None) =>
        [(name, sample, GanPreset.Create(name, 6, draws, judges, classUse))];

    /// <summary>Operations on feature maps, where columns are channels.</summary>
    private static Network PixelsDrawn(SampleFormat sample) => (parameters, latent, _) =>
    {
        FeatureMap x = Map(parameters, latent, new(sample.Height, sample.Width, 6));
        Tensor left = x.Tensor.SliceColumns(0, 2), right = x.Tensor.SliceColumns(2, 4);
        // Channels beside others, in another order; sums, means, shares and norms of channels.
        Tensor all = Tensor.ConcatenateColumns(
            right, left, x.Tensor.RowSums(), right.RowMeans() * left, right.Softmax(),
            left / (1f + left.Square().RowSums()).SquareRoot(), (0.1f * right).Exp(), (left.Abs() + 1f).Log(),
            1f / left, (right - 3f).Softplus(), left * left.RowSums(), left.RowSums() + left);
        FeatureMap normed = x.With(all).LayerNorm(parameters, "whole").SameConvolution(parameters, "conv", 5, Three);
        // Each pixel by itself: a dense layer, a layer norm, a matrix that is scaled before.
        Tensor pixels = normed.Tensor.LayerNorm(parameters, "pixel", Activation.Relu)
            .Dense(parameters, "dense", 7, Activation.Tanh, Initializer.HeNormal, Initializer.Normal(0.1f));
        Tensor matrix = parameters.Get("matrix", new(4, 7), Initializer.Normal(1f));
        pixels = pixels.MatMul(0.3f * matrix, transposeOther: true).BatchNorm(parameters, "norm", Activation.Relu);
        return x.With(pixels).Dropout2d(parameters, 0.2f).Convolution(parameters, "out", sample.Channels, One)
            .Activate(Activation.Tanh).Flatten();
    };

    private static Network PixelsJudged(SampleFormat sample) => (parameters, samples, _) =>
    {
        FeatureMap x = FeatureMap.Of(samples, sample.Shape).SameConvolution(parameters, "look", 6, Three);
        // Attention whose result has no images' form until it is taken as such.
        FeatureMap attended = new(Attended(parameters, x, groups: x.Batch), x.Batch, x.Height, x.Width);
        Tensor sums = attended.GlobalSumPool(), means = attended.GlobalAveragePool();
        FeatureMap half = attended.AveragePool(2).BatchNorm(parameters, "norm", Activation.LeakyRelu())
            .Upsample(2).LayerNorm(parameters, "layer");
        Tensor channels = x.Tensor.MatMul(x.Tensor, transpose: true, groups: x.Batch).Softmax();
        // Channels attend to channels.
        FeatureMap mixed = half.With(half.Tensor + x.Tensor.MatMul(channels, groups: x.Batch));
        return Tensor.ConcatenateColumns(sums, means, mixed.Flatten(), 0.1f * mixed.Flatten().RowMeans())
            .Dense(parameters, "say", 1, Activation.Identity, Initializer.HeNormal, null);
    };

    /// <summary>Images as one row each, and rows of them that are no pixels.</summary>
    private static Network FlatDrawn(SampleFormat sample) => (parameters, latent, _) =>
    {
        FeatureMap x = Map(parameters, latent, sample.Shape);
        int length = sample.Shape.Length;
        Tensor place = parameters.Get("place", new(1, length), Initializer.Normal(1f)),
            gain = parameters.Get("gain", new(1, length), Initializer.Normal(1f));
        // Learned for each value of the image, of images and of vectors in the order of images.
        FeatureMap placed = FeatureMap.Of((x.Flatten() + place) * gain, sample.Shape)
            .Convolution(parameters, "a", 3, One);
        Tensor beside = placed.Flatten().Concatenate(latent);
        Tensor image = beside.SliceColumns(0, length) - beside.SliceColumns(6, length).Softmax();
        // A part of what a layer makes becomes an image, and the pixels others of other sides.
        Tensor wide = latent.Dense(parameters, "wide", length + 5, Activation.Relu, Initializer.HeNormal, null);
        FeatureMap part = FeatureMap.Of(wide.SliceColumns(5, length), new(sample.Width, sample.Height, 3))
            .SameConvolution(parameters, "b", 3, Three);
        FeatureMap one = FeatureMap.Of(image, new(1, 1, length)).Convolution(parameters, "c", length, One);
        Tensor turned = FeatureMap.Of(part.Flatten(), sample.Shape).Tensor.Reshape(latent.Rows, length);
        Tensor rows = (image * turned).Reshape(latent.Rows * sample.Height, length / sample.Height);
        rows = rows.LayerNorm(parameters, "rows") * rows.RowMeans();
        Tensor sum = rows.Reshape(latent.Rows, length) + one.Flatten() * image.SliceColumns(0, 1)
            + (wide.SliceColumns(0, length) * place.SliceColumns(0, 1)).BatchNorm(parameters, "norm");
        return sum.Activate(Activation.Tanh);
    };

    private static Network FlatJudged(SampleFormat sample) => (parameters, samples, _) =>
    {
        int rows = samples.Rows, width = samples.Columns / 6;
        // Six parts of each sample, in two heads: of three parts each, and of half the columns.
        Tensor parts = samples.SliceColumns(0, 6 * width).Reshape(rows * 6, width)
            .Dense(parameters, "embed", 8, Activation.Relu, Initializer.HeNormal, Initializer.Normal(0.1f));
        Tensor near = Attended(parameters, parts, "near", groups: rows * 2),
            left = Attended(parameters, parts.SliceColumns(0, 4), "left", groups: rows),
            right = Attended(parameters, parts.SliceColumns(4, 4), "right", groups: rows);
        Tensor all = (parts + near + Tensor.ConcatenateColumns(left, right)).BatchNorm(parameters, "norm");
        // One query of each sample for all its parts, and a map that was put together by hand.
        Tensor query = samples.Dense(parameters, "query", 8, Activation.Tanh, Initializer.HeNormal, null);
        Tensor asked = query.MatMul(all, transposeOther: true, groups: rows).Softmax().MatMul(all, groups: rows);
        FeatureMap map = new FeatureMap(all, rows, 3, 2).SameConvolution(parameters, "conv", 4, Three);
        return Tensor.ConcatenateColumns(asked, map.Flatten(), map.SumPool(1).GlobalAveragePool(), samples.RowSums())
            .Dense(parameters, "say", 1, Activation.Identity, Initializer.HeNormal, null);
    };

    /// <summary>Learned tensors outside of layers, and what is computed of them alone.</summary>
    private static Network LearnedDrawn(SampleFormat sample) => (parameters, latent, _) =>
    {
        SampleShape small = new(sample.Height / 2, sample.Width / 2, 4);
        // One image to begin with, and a style for each sample.
        Tensor start = Tensor.Constant(latent.Rows, 1, 0.5f).MatMul(
            parameters.Get("start.values", new(1, small.Length), Initializer.Normal(1f)));
        FeatureMap x = FeatureMap.Of(start, small).SameConvolution(parameters, "first", 4, Three)
            .BatchNorm(parameters, "norm", Activation.LeakyRelu());
        Tensor style = latent.Dense(
            parameters, "style", 4, Activation.Identity, Initializer.HeNormal, Initializer.Ones);
        Tensor pixels = Tensor.Constant(x.Tensor.Rows, 1, 1f).MatMul(style, groups: x.Batch);
        x = x.With(x.Tensor * pixels).Upsample(2);
        Tensor scale = parameters.Get("class", new(1, 4), Initializer.Normal(1f)),
            shift = parameters.Get("1st shift's", new(1, 4), Initializer.Normal(1f)),
            number = parameters.Get("self", new(1, 1), Initializer.Normal(1f)),
            kept = parameters.State("kept", new(1, 4), Initializer.Normal(1f));
        x = x.With(((x.Tensor * (1f + scale)) + (shift.Activate(Activation.Sigmoid) - kept)) * number);
        // The same layer twice, and weights of its own making.
        Tensor twice = x.Tensor;
        for (int i = 0; i < 2; i++)
            twice = twice.Dense(
                parameters, "twice", 4, Activation.Tanh, Initializer.HeNormal, Initializer.Normal(0.1f));
        Tensor a = parameters.Get("low.a", new(4, 2), Initializer.Normal(1f)),
            b = parameters.Get("low_a", new(2, 4), Initializer.Normal(1f));
        Tensor weight = (a.MatMul(b) + Tensor.ConcatenateRows(b, a.Reshape(2, 4).SliceRows(1, 1), scale))
            * a.RowSums() / (b.ColumnSums().Square() + 1f);
        Tensor shares = Tensor.ConcatenateColumns(scale.SliceColumns(1, 3), number).Softmax();
        x = x.With(twice.MatMul(weight) + (shares * number).Exp() - weight.SliceRows(2, 1));
        return x.Convolution(parameters, "out", sample.Channels, One).Activate(Activation.Tanh).Flatten();
    };

    private static Network LearnedJudged(SampleFormat sample) => (parameters, samples, _) =>
    {
        Tensor weight = parameters.Get("w", new(9, samples.Columns), Initializer.Normal(0.1f));
        Tensor normed = weight.SpectralNorm(parameters, "w");
        Tensor x = samples.MatMul(normed, transposeOther: true)
            .SpectralDense(parameters, "spectral", 9, Activation.LeakyRelu(), Initializer.HeNormal, Initializer.Ones);
        // A learned row beside each sample's, and a row that scales as a column does.
        Tensor row = parameters.Get("row", new(1, 3), Initializer.Normal(1f));
        Tensor rows = Tensor.Constant(x.Rows, 3, 2f) * row;
        Tensor all = Tensor.ConcatenateColumns(
            rows, x, x.SliceColumns(0, 1) * rows, x.SliceColumns(1, 1) * Tensor.Constant(x.Rows, 2, 3f));
        return all.MatMul(parameters.Get("v", new(17, 1), Initializer.Normal(1f)) / 2f) - 0.5f;
    };

    /// <summary>Classes as numbers, and tables of them that are used twice or computed.</summary>
    private static Network ClassesDrawn(SampleFormat sample) => (parameters, latent, labels) =>
    {
        Tensor table = parameters.Get("table", new(labels!.Columns, 6), Initializer.Normal(1f));
        Tensor kind = labels.MatMul(table * 0.5f)
            + labels.Embed(parameters, "kind", 6, Initializer.Normal(1f))
            + (2f * labels).Dense(parameters, "kind", 6, Activation.Tanh, Initializer.Normal(1f), Initializer.Ones)
            + labels.Dense(parameters, "dense", 6, Activation.Tanh, Initializer.Normal(1f), Initializer.Ones);
        FeatureMap x = Map(parameters, (latent * kind).Concatenate(labels.SliceColumns(1, 2)), sample.Shape);
        return x.ConditionalBatchNorm(parameters, "norm", labels).Convolution(parameters, "out", 3, One)
            .Activate(Activation.Tanh).Flatten() * labels.Softmax().SliceColumns(0, 1);
    };

    private static Network ClassesJudged(SampleFormat sample) => (parameters, samples, labels) =>
    {
        Tensor x = samples.Dense(parameters, "look", 5, Activation.Relu, Initializer.HeNormal, Initializer.Ones);
        Tensor kind = labels!.Embed(parameters, "kind", 5, Initializer.Normal(1f));
        // A projection discriminator's (Miyato and Koyama 2018, arXiv:1802.05637).
        return (x * kind).RowSums()
            + x.Dense(parameters, "say", 1, Activation.Identity, Initializer.HeNormal, Initializer.Ones);
    };

    private static Network PointsDrawn(SampleFormat sample) => (parameters, latent, _) =>
    {
        Tensor radius = latent.SliceColumns(0, 2).Square().RowSums().SquareRoot();
        return (latent.SliceColumns(2, 2) / radius)
            .Dense(parameters, "out", 2, Activation.Identity, Initializer.HeNormal, Initializer.Ones);
    };

    private static Network PointsJudged(SampleFormat sample) => (parameters, samples, _) =>
    {
        Tensor x = samples.Dense(parameters, "look", 4, Activation.Relu, Initializer.HeNormal, Initializer.Ones);
        // What is read twice on its way is no shortcut.
        Tensor y = x.Dense(parameters, "more", 4, Activation.Relu, Initializer.HeNormal, Initializer.Ones);
        return ((x + y) * y).RowSums();
    };

    private static FeatureMap Map(Parameters parameters, Tensor latent, SampleShape shape) => FeatureMap.Of(
        latent.Dense(
            parameters, "project", shape.Length, Activation.Identity, Initializer.HeNormal, Initializer.Normal(0.1f)),
        shape);

    private static Tensor Attended(Parameters parameters, FeatureMap x, int groups) =>
        Attended(parameters, x.Tensor, "attention", groups);

    private static Tensor Attended(Parameters parameters, Tensor x, string name, int groups)
    {
        Tensor query = Projected("query"), key = Projected("key"), value = Projected("value");
        return query.MatMul(key, transposeOther: true, groups: groups).Softmax().MatMul(value, groups: groups);

        Tensor Projected(string what) => x.Dense(
            parameters, $"{name}.{what}", x.Columns, Activation.Identity, Initializer.GlorotUniform, null);
    }

    /// <summary>Those of src/GanGpu/Networks/README.md.</summary>
    private static class Attentive
    {
        public static Network Drawing(SampleFormat sample) => (parameters, latent, _) =>
        {
            SampleShape small = new(sample.Height / 4, sample.Width / 4, 16);
            FeatureMap x = FeatureMap.Of(
                latent.Dense(
                    parameters, "project", small.Length, Activation.Relu, Initializer.HeNormal, Initializer.Zeros),
                small);
            return Attention(parameters, "attention", x)
                .Upsample(4)
                .SameConvolution(
                    parameters, "out", sample.Channels, new(Kernel: 3) { Weight = Initializer.GlorotUniform })
                .Activate(Activation.Tanh).Flatten();
        };

        public static Network Judging(SampleFormat sample) => (parameters, samples, _) =>
            FeatureMap.Of(samples, sample.Shape)
            .SameConvolution(parameters, "look", 16, new(Kernel: 4, Stride: 4) { Weight = Initializer.HeNormal })
            .Activate(Activation.LeakyRelu(0.2f)).Flatten()
            .Dense(parameters, "say", 1, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);

        private static FeatureMap Attention(Parameters parameters, string name, FeatureMap x)
        {
            ConvolutionOptions one = new(Kernel: 1) { Weight = Initializer.GlorotUniform };
            Tensor query = x.Convolution(parameters, $"{name}.query", x.Channels / 4, one).Tensor,
                key = x.Convolution(parameters, $"{name}.key", x.Channels / 4, one).Tensor,
                value = x.Convolution(parameters, $"{name}.value", x.Channels, one).Tensor;
            Tensor shares = query.MatMul(key, transposeOther: true, groups: x.Batch).Softmax();
            return x.With(x.Tensor + shares.MatMul(value, groups: x.Batch));
        }
    }
}
