using GanGpu.Measures;

namespace GanGpu.Onnx.Tests;

/// <summary>What a network is shown, seen through networks that give it back.</summary>
public sealed class ImageInputTests : IDisposable
{
    private const int Any = Model.Any;

    private readonly ModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<float, float> Ranges => new() { { -1, 1 }, { 0, 1 }, { 0, 255 }, { 1, -1 } };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Pixels_come_in_the_order_and_range_that_is_asked_for(float black, float white)
    {
        DataSet data = ModelFolder.Images(3, 4, 5, 3);
        OnnxFeatureOptions options = new() { Range = new(black, white) };
        foreach (bool first in new[] { true, false })
        {
            float[] seen = Seen(Model.Flatten(Model.Float, first ? [Any, 3, 4, 5] : [Any, 4, 5, 3]), options, data);
            for (int i = 0; i < seen.Length; i++)
            {
                int image = i / 60, rest = i % 60;
                int pixel = first ? rest % 20 : rest / 3, channel = first ? rest / 20 : rest % 3;
                double expected = black
                    + (data.Pixels.Span[(image * 60) + (pixel * 3) + channel] / 255.0 * (white - black));
                // Two roundings of float32.
                Assert.Equal(expected, seen[i], 2.4e-7 * Math.Max(Math.Abs(black), Math.Abs(white)));
            }
        }
    }

    [Fact]
    public void Means_and_deviations_are_those_of_their_channel()
    {
        DataSet data = ModelFolder.Images(2, 4, 4, 3);
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        float[] seen = Seen(
            Model.Flatten(Model.Float, Any, 3, 4, 4),
            new() { Range = ValueRange.Unit, Mean = mean, Deviation = deviation }, data);
        float[] alike = Seen(
            Model.Flatten(Model.Float, Any, 3, 4, 4),
            new() { Range = ValueRange.Unit, Mean = [0.5f], Deviation = [0.25f] }, data);
        for (int i = 0; i < seen.Length; i++)
        {
            int channel = i / 16 % 3;
            double value = data.Pixels.Span[(i / 48 * 48) + (i % 16 * 3) + channel] / 255.0;
            Assert.Equal((value - mean[channel]) / deviation[channel], seen[i], 2e-6);
            Assert.Equal((value - 0.5) / 0.25, alike[i], 2e-6);
        }
    }

    [Fact]
    public void A_network_of_bytes_gets_the_bytes()
    {
        DataSet data = ModelFolder.Images(2, 5, 4, 1);
        Assert.Equal(
            data.Pixels.ToArray().Select(pixel => (float)pixel),
            Seen(Model.Flatten(Model.UInt8, Any, 5, 4, 1), new(), data));
        // A scale of two in the network's own sizes: rounded to the nearest byte.
        float[] small = Seen(Model.Flatten(Model.UInt8, Any, 1, 5, 2), new(), data),
            exact = Seen(Model.Flatten(Model.Float, Any, 1, 5, 2), new() { Range = ValueRange.Bytes }, data);
        Assert.Contains(exact, value => Math.Abs(value - MathF.Round(value)) > 0.1f);
        Assert.All(small.Zip(exact), pair => Assert.Equal(pair.First, pair.Second, 0.501));
    }

    [Fact]
    public void Grey_becomes_colour_and_colour_grey()
    {
        DataSet grey = ModelFolder.Images(2, 5, 4, 1), colour = ModelFolder.Images(2, 5, 4, 3);
        OnnxFeatureOptions options = new() { Range = ValueRange.Bytes };
        float[] asColour = Seen(Model.Flatten(Model.Float, Any, 5, 4, 3), options, grey);
        for (int i = 0; i < asColour.Length; i++)
            Assert.Equal((float)grey.Pixels.Span[i / 3], asColour[i]);
        float[] asGrey = Seen(Model.Flatten(Model.Float, Any, 1, 5, 4), options, colour);
        for (int i = 0; i < asGrey.Length; i++)
        {
            ReadOnlySpan<byte> pixel = colour.Pixels.Span.Slice(3 * i, 3);
            Assert.Equal((0.2126 * pixel[0]) + (0.7152 * pixel[1]) + (0.0722 * pixel[2]), asGrey[i], 1e-4);
        }

        Assert.Equal(
            grey.Pixels.ToArray().Select(pixel => (float)pixel),
            Seen(Model.Flatten(Model.Float, Any, 1, 5, 4), options, grey));
    }

    /// <summary>Against the antialiased cubic (Keys 1981, a = −1/2) in float64, by both sides of it at once.</summary>
    [Theory]
    [InlineData(8, 6, 4, 5)]
    [InlineData(7, 5, 3, 4)]
    [InlineData(4, 4, 9, 7)]
    public void Images_are_brought_to_the_size_of_the_network(int height, int width, int toHeight, int toWidth)
    {
        DataSet data = ModelFolder.Images(2, height, width, 1);
        float[] fixedSize =
            Seen(Model.Flatten(Model.Float, Any, 1, toHeight, toWidth), new() { Range = ValueRange.Bytes }, data);
        float[] anySize = Seen(
            Model.Flatten(Model.Float, Any, 1, Any, Any),
            new() { Range = ValueRange.Bytes, Size = (toHeight, toWidth) }, data);
        Assert.Equal(fixedSize, anySize);
        int clamped = 0;
        for (int i = 0; i < fixedSize.Length; i++)
        {
            int image = i / (toHeight * toWidth), y = i / toWidth % toHeight, x = i % toWidth;
            double sum = 0;
            foreach ((int row, double ofRow) in Weights(height, toHeight, y))
            {
                foreach ((int column, double ofColumn) in Weights(width, toWidth, x))
                    sum += ofRow * ofColumn * data.Pixels.Span[(((image * height) + row) * width) + column];
            }

            clamped += sum is < 0 or > 255 ? 1 : 0;
            // Sums of up to 64 products of 255 in float32.
            Assert.Equal(Math.Clamp(sum, 0, 255), fixedSize[i], 2e-4);
        }

        Assert.True(clamped < fixedSize.Length / 2);
        // A size of its own is left alone, where the network takes any.
        Assert.Equal(
            height * width,
            Network(Model.Flatten(Model.Float, Any, 1, Any, Any), new() { Range = ValueRange.Bytes }, n =>
                n.Features(data).Dimension));
    }

    [Fact]
    public void Generated_images_and_real_ones_are_shown_alike()
    {
        DataSet data = ModelFolder.Images(5, 6, 7, 3);
        OnnxFeatureOptions options = new() { Range = ValueRange.Signed, BatchSize = 2 };
        foreach (
            Model model in new[] { Model.Flatten(Model.Float, Any, 3, 4, 4), Model.Flatten(Model.UInt8, Any, 3, 6, 7) })
        {
            Network(model, model.ToArray().AsSpan().IndexOf("Cast"u8) < 0 ? options
                : options with { Range = null }, network =>
            {
                FeatureSet real = network.Features(data), generated = network.Features(ModelFolder.AsGenerated(data));
                Assert.Equal(real.Values, generated.Values);
                Assert.Equal(real[3].ToArray(), network.Features(data, 4)[3].ToArray());
                return 0;
            });
        }
    }

    private static IEnumerable<(int Index, double Weight)> Weights(int length, int to, int index)
    {
        double scale = (double)length / to, wide = Math.Max(1, scale), centre = ((index + 0.5) * scale) - 0.5;
        (int Index, double Weight)[] all = [
            .. Enumerable.Range(0, length).Select(i => (i, Cubic(Math.Abs(i - centre) / wide)))
            .Where(tap => tap.Item2 != 0)];
        double sum = all.Sum(tap => tap.Weight);
        return all.Select(tap => (tap.Index, tap.Weight / sum));

        static double Cubic(double x) => x < 1 ? (1.5 * x * x * x) - (2.5 * x * x) + 1 : x < 2
            ? (-0.5 * x * x * x) + (2.5 * x * x) - (4 * x) + 2 : 0;
    }

    private float[] Seen(Model model, OnnxFeatureOptions options, DataSet data) =>
        Network(model, options, network => network.Features(data).Values);

    private T Network<T>(Model model, OnnxFeatureOptions options, Func<OnnxFeatureNetwork, T> use)
    {
        using OnnxFeatureNetwork network = OnnxFeatureNetwork.Open(folder.Write(model), options);
        return use(network);
    }
}
