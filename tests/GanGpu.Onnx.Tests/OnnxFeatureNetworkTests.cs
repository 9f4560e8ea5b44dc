using GanGpu.Measures;
using GanGpu.Modalities;

namespace GanGpu.Onnx.Tests;

public sealed class OnnxFeatureNetworkTests : IDisposable
{
    private const int Any = Model.Any;

    private static readonly OnnxFeatureOptions Unit = new() { Range = ValueRange.Unit };

    private readonly ModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// A projection on two axes, in whose plane the distance has a closed form: tr √M = √(tr M + 2 √det M).
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(3, 32)]
    public void The_distance_in_a_projection_is_that_of_float64(int channels, int batch)
    {
        const int Side = 6;
        int length = Side * Side * channels;
        DataSet real = ModelFolder.Images(50, Side, Side, channels, seed: 1),
            other = ModelFolder.Images(40, Side, Side, channels, seed: 2);
        Random random = new(3);
        float[] weights = [.. Enumerable.Range(0, 2 * length).Select(_ => (float)random.NextDouble() - 0.3f)];
        using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(
            folder.Write(Model.Projection(channels, Side, Side, weights, 2)),
            Unit with { BatchSize = batch, Range = ValueRange.Signed });
        using Device device = Device.Open("cpu");
        using ComparedData against = Modality.Of(real.Format).Compare(
            device, real, heldOut: null, new EvaluationOptions { Features = network });
        MeasuredSamples samples = new(
            against, ModelFolder.AsGenerated(other), classesAsked: 0, TestContext.Current.CancellationToken);
        FrechetDistance measured = Assert.IsType<FrechetDistance>(FeatureMeasures.Frechet.Of(samples));

        (double[] ma, double[] ca) = Moments(real, other.Count);
        (double[] mb, double[] cb) = Moments(other, other.Count);
        double trace = (ca[0] * cb[0]) + (2 * ca[1] * cb[1]) + (ca[2] * cb[2]),
            determinant = ((ca[0] * ca[2]) - (ca[1] * ca[1])) * ((cb[0] * cb[2]) - (cb[1] * cb[1]));
        double expected = Math.Pow(ma[0] - mb[0], 2) + Math.Pow(ma[1] - mb[1], 2) + ca[0] + ca[2] + cb[0] + cb[2]
            - (2 * Math.Sqrt(trace + (2 * Math.Sqrt(determinant))));
        // Features are float32 sums of some hundred products; the distance is a small difference of traces.
        Assert.Equal(expected, measured.Distance, 1e-5 * (ca[0] + ca[2]));
        // As many real ones are taken as are generated.
        Assert.Equal((40, 40, 2), (measured.Real, measured.Generated, measured.Dimension));
        Assert.Equal(("net.onnx's features", "Fréchet distance"), (measured.Space, measured.Name));

        // The network reads [C, H, W], the data [H, W, C].
        (double[] Means, double[] Covariance) Moments(DataSet data, int count)
        {
            double[][] points = [.. Enumerable.Range(0, count).Select(i => new[] { Project(i, 0), Project(i, 1) })];
            double[] means = [points.Average(point => point[0]), points.Average(point => point[1])];
            double Of(int a, int b) => points.Sum(point => (point[a] - means[a]) * (point[b] - means[b])) / (count - 1);
            return (means, [Of(0, 0), Of(0, 1), Of(1, 1)]);

            double Project(int image, int axis)
            {
                double sum = 0;
                for (int i = 0; i < length; i++)
                    sum += ((data.Pixels.Span[(image * length) + i] / 127.5) - 1)
                        * weights[(2 * ((i % channels * Side * Side) + (i / channels))) + axis];
                return sum;
            }
        }
    }

    [Fact]
    public void Pooled_features_lose_their_sizes_of_one()
    {
        DataSet data = ModelFolder.Images(7, 4, 4, 3);
        Model last = new Model().Input("images", Model.Float, Any, 4, 4, 3).Output("pooled", Model.Float, Any, 1, 1, 3)
            .Node("ReduceMean", ["images"], "pooled", ("axes", [1, 2], true));
        foreach (Model model in new[] { Model.Pool(Any, 3, 4, 4), Model.Pool(Any, 3, Any, Any), last })
        {
            using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(folder.Write(model), Unit);
            FeatureSet features = network.Features(data);
            Assert.Equal((7, 3), (features.Count, features.Dimension));
            for (int image = 0; image < 7; image++)
            {
                for (int channel = 0; channel < 3; channel++)
                    Assert.Equal(
                        Enumerable.Range(0, 16)
                        .Average(i => data.Pixels.Span[(((image * 16) + i) * 3) + channel] / 255.0),
                        features[image][channel], 1e-6);
            }
        }
    }

    [Fact]
    public void A_fixed_batch_gives_what_any_other_does()
    {
        DataSet data = ModelFolder.Images(10, 4, 4, 3);
        using OnnxFeatureNetwork any = OnnxFeatureNetwork.Open(
            folder.Write(Model.Pool(Any, 3, 4, 4), "any.onnx"), Unit with { BatchSize = 3, Threads = 1 });
        using OnnxFeatureNetwork four =
            OnnxFeatureNetwork.Open(folder.Write(Model.Pool(4, 3, 4, 4), "four.onnx"), Unit);
        Assert.Equal(any.Features(data).Values, four.Features(data).Values);
        Assert.Equal(any.Features(data, 2).Values, four.Features(data, 2).Values);
    }

    [Fact]
    public void An_output_is_chosen_by_its_name()
    {
        Model model = Model.Pool(Any, 3, 4, 4).Output("flat", Model.Float, Any, 48)
            .Node("Flatten", ["images"], "flat", ("axis", [1], false));
        DataSet data = ModelFolder.Images(2, 4, 4, 3);
        using OnnxFeatureNetwork pooled = OnnxFeatureNetwork.Open(folder.Write(model), Unit with { Output = "pooled" }),
            flat = OnnxFeatureNetwork.Open(folder.Write(model), Unit with { Output = "flat" });
        Assert.Equal((3, 48), (pooled.Features(data).Dimension, flat.Features(data).Dimension));
        Assert.Contains(
            "2 outputs; choose the one with the features: 'pooled', 'flat'", Refused(model, Unit),
            StringComparison.Ordinal);
        Assert.Contains(
            "no output 'logits'; it has 'pooled', 'flat'", Refused(model, Unit with { Output = "logits" }),
            StringComparison.Ordinal);
    }

    /// <summary>Only the word of the user makes it FID, and only of as many features as FID is of.</summary>
    [Fact]
    public void Only_what_is_said_to_be_Inception_is_called_FID()
    {
        string path = folder.Write(Model.Projection(1, 1, 2, new float[2 * 2048], 2048), "some.onnx");
        Assert.Equal(("some.onnx's features", "Fréchet distance"), Names(Unit));
        Assert.Equal(("vgg's features", "Fréchet distance"), Names(Unit with { Name = "vgg" }));
        Assert.Equal(("some.onnx's features", "FID"), Names(Unit with { Name = "Inception" }));
        Assert.Contains(
            "gives 192 features, and FID is of the 2048",
            Refused(Model.Projection(1, 1, 2, new float[2 * 192], 192), Unit with { Name = "inception" }),
            StringComparison.Ordinal);
        // Where the file does not say how many there are, it shows when it runs.
        using OnnxFeatureNetwork late = OnnxFeatureNetwork.Open(
            folder.Write(Model.Flatten(Model.Float, Any, 1, Any, Any)), Unit with { Name = "inception" });
        Assert.Contains(
            "gives 4 features",
            Assert.Throws<InvalidInputException>(() => late.Features(ModelFolder.Images(2, 2, 2, 1))).Message,
            StringComparison.Ordinal);
        using SampleClassifier own = SampleClassifier.Train(
            Device.Open("cpu"),
            DataSet.FromBytes(
                "two", (byte[])[.. Enumerable.Range(0, 64).Select(i => (byte)i)], 16, 2, 2, 1,
                (byte[])[.. Enumerable.Range(0, 16).Select(i => (byte)(i % 2))]),
            new() { Epochs = 1, BatchSize = 8, Hidden = new(8, 4) });
        Assert.Equal(("own features", "Fréchet distance"), (own.Space, ((IFeatureNetwork)own).FrechetName));

        (string, string) Names(OnnxFeatureOptions options)
        {
            using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(path, options);
            return (network.Space, network.FrechetName);
        }
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "three dimensions", "is [?, 4, 4]; images are [N, C, H, W] or [N, H, W, C]" },
        { "two channels", "is [?, 2, 4, 4]; images have 1 or 3 channels" },
        { "either order", "is [?, 3, 4, 3], which may be [N, C, H, W] or [N, H, W, C]; say which" },
        { "no sizes", "is [?, ?, ?, ?], which may be" },
        { "whole numbers", "is of int64 numbers; images are float32 or uint8" },
        { "two inputs", "has 2 inputs ('images', 'others')" },
        { "a map", "is [?, 3, 4, 4]; features are [N, F] or [N, F, 1, 1]" },
        { "a number", "is [?]; features are" },
        { "whole features", "Output 'features' of 'net.onnx' is of int64 numbers; features are float32" },
        { "unknown operator", "no ONNX network that ONNX Runtime can run" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Networks_of_something_else_are_refused_in_a_sentence(string kind, string sentence)
    {
        Model flatten = Model.Flatten(Model.Float, Any, 3, 4, 3);
        Model model = kind switch
        {
            "three dimensions" => Model.Flatten(Model.Float, Any, 4, 4),
            "two channels" => Model.Flatten(Model.Float, Any, 2, 4, 4),
            "either order" => flatten,
            "no sizes" => Model.Flatten(Model.Float, Any, Any, Any, Any),
            "whole numbers" => Model.Flatten(Model.Int64, Any, 3, 4, 4),
            "two inputs" => Model.Flatten(Model.Float, Any, 3, 4, 4).Input("others", Model.Float, Any, 3, 4, 4),
            "a map" =>
                new Model().Input("images", Model.Float, Any, 3, 4, 4).Output("features", Model.Float, Any, 3, 4, 4)
                .Node("Relu", ["images"], "features"),
            "a number" => new Model().Input("images", Model.Float, Any, 3, 4, 4).Output("features", Model.Float, Any)
                .Node("ReduceMean", ["images"], "features", ("axes", [1, 2, 3], true), ("keepdims", [0], false)),
            "whole features" =>
                new Model().Input("images", Model.Float, Any, 3, 4, 4).Output("features", Model.Int64, Any, 48)
                .Node("Cast", ["images"], "whole", ("to", [Model.Int64], false))
                    .Node("Flatten", ["whole"], "features", ("axis", [1], false)),
            _ => new Model().Input("images", Model.Float, Any, 3, 4, 4).Output("features", Model.Float, Any, 3)
                .Node("Inception", ["images"], "features"),
        };
        Assert.Contains(sentence, Refused(model, Unit), StringComparison.Ordinal);
        if (kind != "either order")
            return;
        // Said, both orders are right.
        DataSet data = ModelFolder.Images(1, 4, 3, 3);
        using OnnxFeatureNetwork first = OnnxFeatureNetwork.Open(
            folder.Write(model), Unit with { Layout = ImageLayout.ChannelsFirst, Range = ValueRange.Bytes });
        using OnnxFeatureNetwork last = OnnxFeatureNetwork.Open(
            folder.Write(model), Unit with { Layout = ImageLayout.ChannelsLast, Range = ValueRange.Bytes });
        Assert.Equal(36, first.Features(data).Dimension);
        Assert.NotEqual(first.Features(data).Values, last.Features(data).Values);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        Model floats = Model.Flatten(Model.Float, Any, 3, 4, 4), bytes = Model.Flatten(Model.UInt8, Any, 3, 4, 4);
        Assert.Contains("does not say in which range", Refused(floats, new()), StringComparison.Ordinal);
        Assert.Contains("is of bytes, which are 0..255", Refused(bytes, Unit), StringComparison.Ordinal);
        Assert.Contains("is of bytes", Refused(bytes, new() { Mean = [1] }), StringComparison.Ordinal);
        Assert.Contains(
            "takes no images of 5x4", Refused(floats, Unit with { Size = (5, 4) }), StringComparison.Ordinal);
        Assert.Contains(
            "two different numbers, not 1..1", Refused(floats, new() { Range = new(1, 1) }), StringComparison.Ordinal);
        Assert.Contains("above 0", Refused(floats, Unit with { Deviation = [0] }), StringComparison.Ordinal);
        Assert.Contains("finite", Refused(floats, Unit with { Mean = [float.NaN] }), StringComparison.Ordinal);
        Assert.Contains("1 to 4096", Refused(floats, Unit with { Size = (0, 1) }), StringComparison.Ordinal);
        Assert.Contains("name is empty", Refused(floats, Unit with { Name = " " }), StringComparison.Ordinal);
        Assert.Contains("at least 1, not 0", Refused(floats, Unit with { BatchSize = 0 }), StringComparison.Ordinal);
        Assert.Contains("at least 0, not -1", Refused(floats, Unit with { Threads = -1 }), StringComparison.Ordinal);

        using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(folder.Write(floats), Unit with { Mean = [1, 2] });
        Assert.Contains(
            "2 numbers for a network of 3 channels",
            Assert.Throws<InvalidInputException>(() => network.Features(ModelFolder.Images(1, 4, 4, 3))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "4x4x2", Assert.Throws<InvalidInputException>(() => network.Features(ModelFolder.Images(1, 4, 4, 2)))
            .Message, StringComparison.Ordinal);
        Assert.Contains(
            "'ring' has points", Assert.Throws<InvalidInputException>(() => network.Features(DataSource.Open("ring")))
            .Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Features(ModelFolder.Images(2, 4, 4, 3), -1));
    }

    [Fact]
    public void A_network_that_was_disposed_says_so()
    {
        OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(
            folder.Write(Model.Projection(1, 2, 2, new float[8], 2)), Unit);
        DataSet data = ModelFolder.Images(2, 2, 2, 1);
        Assert.Equal(2, network.Features(data).Count);
        network.Dispose();
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.Features(data));
        Assert.Throws<ObjectDisposedException>(() => network.Features(data.Samples(0, 2)));
    }

    [Fact]
    public void Files_that_are_no_network_are_refused_in_a_sentence()
    {
        byte[] whole = Model.Pool(Any, 3, 4, 4).ToArray();
        foreach (
            byte[] bytes in new[] {
                "Not a network, and long enough to be read as one."u8.ToArray(), whole[..^9],
                [0x89, .. "PNG"u8, .. whole], new byte[100] })
            Assert.Contains(
                "no ONNX network that ONNX Runtime can run: ", RefusedFile(folder.Write(bytes)),
                StringComparison.Ordinal);
        Assert.Contains("is empty", RefusedFile(folder.Write([])), StringComparison.Ordinal);
        Assert.Contains("missing.onnx", RefusedFile(folder.At("missing.onnx")), StringComparison.Ordinal);
        Assert.Contains("can't be read", RefusedFile(Path.GetDirectoryName(folder.At("x"))!), StringComparison.Ordinal);

        string RefusedFile(string path) =>
            Sentence(Assert.ThrowsAny<InvalidInputException>(() => OnnxFeatureNetwork.Open(path, Unit)));
    }

    [Fact]
    public void A_network_that_fails_on_images_of_a_size_says_of_which()
    {
        // A product that only images of 4 x 4 fit.
        Model model = new Model().Input("images", Model.Float, Any, 1, Any, Any).Output("features", Model.Float, Any, 2)
            .Constant("weights", new float[32], 16, 2)
            .Node("Flatten", ["images"], "flat", ("axis", [1], false)).Node("MatMul", ["flat", "weights"], "features");
        using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(folder.Write(model), Unit);
        Assert.Equal(2, network.Features(ModelFolder.Images(1, 4, 4, 1)).Dimension);
        Assert.Contains(
            "'net.onnx' can't run on images of 5x4x1",
            Sentence(Assert.Throws<InvalidInputException>(() => network.Features(ModelFolder.Images(1, 5, 4, 1)))),
            StringComparison.Ordinal);
        // One row for all images is no feature of each.
        Model rows = new Model().Input("images", Model.Float, Any, 1, 2, 2).Output("features", Model.Float, Any, 1)
            .Node("ReduceMean", ["images"], "mean", ("axes", [0, 1, 2], true))
            .Node("Flatten", ["mean"], "features", ("axis", [3], false));
        using OnnxFeatureNetwork one = OnnxFeatureNetwork.Open(folder.Write(rows), Unit);
        Assert.Contains(
            "one row for each image",
            Assert.Throws<InvalidInputException>(() => one.Features(ModelFolder.Images(3, 2, 2, 1))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Minutes of work in one batch, which only ONNX Runtime itself can leave.</summary>
    [Fact]
    public void It_ends_within_a_batch_when_it_is_cancelled()
    {
        const int Nodes = 4000;
        Model model = new Model().Input("images", Model.Float, Any, 3, 256, 256)
            .Output("features", Model.Float, Any, 3, 1, 1);
        for (int i = 0; i < Nodes; i++)
            model.Node("Tanh", [i == 0 ? "images" : $"t{i - 1}"], $"t{i}");
        model.Node("GlobalAveragePool", [$"t{Nodes - 1}"], "features");
        using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(folder.Write(model), Unit);
        using CancellationTokenSource cancelled = new(TimeSpan.FromMilliseconds(300));
        DataSet data = ModelFolder.Images(32, 8, 8, 3);
        OperationCanceledException thrown =
            Assert.Throws<OperationCanceledException>(() => network.Features(data, cancellationToken: cancelled.Token));
        Assert.Equal(cancelled.Token, thrown.CancellationToken);
        Assert.Throws<OperationCanceledException>(() => network.Features(data, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void ONNX_Runtime_is_told_to_report_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the process has one environment.");
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ORT_DISABLE_TELEMETRY") is null
            or "1", "Whoever runs the tests wants it otherwise.");
        using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(folder.Write(Model.Pool(Any, 3, 4, 4)), Unit);
        Assert.Equal("1", Telemetry.Seen);
    }

    private string Refused(Model model, OnnxFeatureOptions options) =>
        Sentence(Assert.ThrowsAny<InvalidInputException>(() => OnnxFeatureNetwork.Open(folder.Write(model), options)));

    private static string Sentence(InvalidInputException thrown)
    {
        Assert.EndsWith(".", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
        return thrown.Message;
    }
}
