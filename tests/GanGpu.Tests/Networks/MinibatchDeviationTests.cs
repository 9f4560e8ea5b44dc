using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

[Collection(TestDevices.OfNetworks)]
public class MinibatchDeviationTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [InlineData(6, 1, null, 6)]
    [InlineData(8, 1, 4, 4)]
    [InlineData(6, 1, 4, 3)]
    [InlineData(8, 2, 4, 4)]
    [InlineData(6, 2, null, 3)]
    [InlineData(1, 1, 4, 1)]
    public void The_feature_is_the_mean_deviation_of_the_group(int rows, int batches, int? group, int size)
    {
        const int features = 5;
        Tensor x = new("x", new Shape(rows, features)),
            y = x.MinibatchStdDev(new Parameters { Batches = batches }, group);
        Dictionary<Tensor, double[]> given = Given(x);
        double[] values = Float64Graph.Evaluate([y], given)[y];
        Assert.Equal(new Shape(rows, features + 1), y.Shape);
        int batch = rows / batches, groups = batch / size;
        for (int r = 0; r < rows; r++)
        {
            int[] members = [
                .. Enumerable.Range(0, rows)
                .Where(other => other / batch == r / batch && other % batch % groups == r % batch % groups)];
            Assert.Equal(size, members.Length);
            double expected = Enumerable.Range(0, features).Average(f =>
            {
                double mean = members.Average(m => given[x][(m * features) + f]);
                return Math.Sqrt(members.Average(m => Math.Pow(given[x][(m * features) + f] - mean, 2)) + 1e-8);
            });
            Assert.Equal(
                given[x][(r * features)..((r + 1) * features)],
                values[(r * (features + 1))..((r * (features + 1)) + features)]);
            Assert.Equal(expected, values[(r * (features + 1)) + features], 1e-6);
        }
    }

    [Fact]
    public void An_image_has_it_in_every_pixel()
    {
        Tensor x = new("x", new Shape(4, 2 * 3 * 2));
        FeatureMap y = FeatureMap.Of(x, new SampleShape(2, 3, 2)).MinibatchStdDev(new Parameters(), 2);
        Tensor rows = x.MinibatchStdDev(new Parameters(), 2);
        Assert.Equal((4, 2, 3, 3), (y.Batch, y.Height, y.Width, y.Channels));
        Dictionary<Tensor, double[]> given = Given(x), values = Float64Graph.Evaluate([y.Tensor, rows], given);
        for (int i = 0; i < y.Tensor.Shape.Rows; i++)
        {
            Assert.Equal(given[x][(2 * i)..((2 * i) + 2)], values[y.Tensor][(3 * i)..((3 * i) + 2)]);
            Assert.Equal(values[rows][(i / 6 * 13) + 12], values[y.Tensor][(3 * i) + 2]);
        }
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 2)]
    public void First_and_second_derivative(int batches, int? group)
    {
        Tensor x = new("x", new Shape(4, 3)), y = x.MinibatchStdDev(new Parameters { Batches = batches }, group),
            cotangent = new("cotangent", y.Shape), v = new("v", x.Shape);
        Dictionary<Tensor, double[]> given = Given(x, cotangent, v);
        FiniteDifferences.CheckGradients([(y, cotangent)], [x], given);
        FiniteDifferences.CheckGradients([(Gradients.Of([(y, cotangent)], [x])[0], v)], [x, cotangent], given);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Values_and_gradients_agree_with_float64(string device)
    {
        foreach ((int n, int batches, int? group) in new (int, int, int?)[] { (2, 1, null), (12, 2, 4), (6, 2, null) })
        {
            Tensor x = new("x", new Shape(n, 3 * 5 * 4));
            Tensor y = FeatureMap.Of(x, new SampleShape(3, 5, 4))
                .MinibatchStdDev(new Parameters { Batches = batches }, group).Flatten();
            Tensor gradient = Gradients.Of([(y, y)], [x])[0], second = Gradients.Of([(gradient, gradient)], [x])[0];
            // Sums of squares of few numbers below 1, and their roots.
            GraphOnDevice.Check(device, [y, gradient, second], GraphOnDevice.Values(n, [x]), 3e-6, 1e-5);
        }
    }

    private static Dictionary<Tensor, double[]> Given(params Tensor[] leaves)
    {
        Random random = new(5);
        return leaves.ToDictionary(
            leaf => leaf, leaf =>
            Enumerable.Range(0, leaf.Shape.Length).Select(_ => random.NextDouble() - 0.5).ToArray());
    }
}
