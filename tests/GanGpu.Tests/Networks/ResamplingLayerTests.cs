using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

[Collection(TestDevices.OfNetworks)]
public class ResamplingLayerTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Fact]
    public void Sizes_and_values()
    {
        Tensor x = new("x", new(8, 1));
        FeatureMap map = new(x, 1, 2, 4);
        FeatureMap up = map.Upsample(2), mean = map.AveragePool(2), sum = map.SumPool(2);
        Assert.Equal((4, 8), (up.Height, up.Width));
        Assert.Equal((1, 2), (mean.Height, mean.Width));
        Tensor[] results = [up.Tensor, mean.Tensor, sum.Tensor, map.GlobalSumPool(), map.GlobalAveragePool()];
        Dictionary<Tensor, double[]> values =
            Float64Graph.Evaluate(results, new Dictionary<Tensor, double[]> { [x] = [1, 2, 3, 4, 5, 6, 7, 8] });
        Assert.Equal(
            [1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 5, 5, 6, 6, 7, 7, 8, 8],
            values[results[0]]);
        Assert.Equal([3.5, 5.5], values[results[1]]);
        Assert.Equal([14, 22], values[results[2]]);
        Assert.Equal([36], values[results[3]]);
        Assert.Equal([4.5], values[results[4]]);
    }

    [Fact]
    public void A_side_that_is_no_multiple_is_refused() =>
        Assert.Contains(
            "6x9", Assert.Throws<ArgumentException>(
                () => new FeatureMap(new Tensor("x", new(54, 1)), 1, 6, 9).AveragePool(2)).Message,
            StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Layers_and_their_gradients_are_those_of_float64(string device)
    {
        Parameters parameters = new(seed: 7, network: 1);
        Tensor x = new("x", new(24, 5)), v = new("v", new(3, 5));
        FeatureMap map = new FeatureMap(x, 3, 2, 4).Dropout(parameters, 0.3f).Upsample(2).Dropout2d(parameters, 0.5f);
        map = map.With(new Multiply(map.Tensor, map.Tensor).Output).AveragePool(4).SumPool(1);
        Tensor y = new Add(map.GlobalAveragePool(), map.GlobalSumPool()).Output;
        Tensor gradient = Gradients.Of([(y, v)], [x])[0], second = Gradients.Of([(gradient, x)], [x])[0];
        // Sums of 16 to 32 numbers, scaled by up to 8.
        GraphOnDevice.Check(device, [y, gradient, second], GraphOnDevice.Values(3, [x, v]), 1e-5, 2e-6);
    }

    [Fact]
    public void Dropout_draws_apart_for_each_layer_and_application_and_not_at_all_for_samples()
    {
        Parameters parameters = new(seed: 7, network: 0), other = new(seed: 7, network: 1);
        Tensor x = new("x", new(64, 4));
        FeatureMap map = new(x, 4, 4, 4);
        Tensor[] dropped = [
            x.Dropout(parameters, 0.5f), x.Dropout(parameters, 0.5f), x.Dropout(other, 0.5f),
            map.Dropout2d(parameters, 0.5f).Tensor];
        Dictionary<Tensor, double[]> given = new() { [x] = [.. Enumerable.Repeat(1.0, 256)] };
        Dictionary<Tensor, double[]> values = Float64Graph.Evaluate(dropped, given);
        for (int i = 0; i < dropped.Length; i++)
        {
            Assert.All(values[dropped[i]], value => Assert.True(value is 0 or 2));
            for (int j = 0; j < i; j++)
                Assert.InRange(
                    values[dropped[i]].Zip(values[dropped[j]], (a, b) => a == b).Count(same => same), 80, 176);
        }

        // Whole channels of a sample.
        double[] channels = values[dropped[3]];
        Assert.All(Enumerable.Range(0, 256), i => Assert.Equal(channels[(i / 64 * 64) + (i % 4)], channels[i]));
        Assert.Same(x, x.Dropout(parameters, 0f));
        parameters.Training = false;
        Assert.Same(x, x.Dropout(parameters, 0.5f));
        Assert.Same(map, map.Dropout2d(parameters, 0.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(parameters, 1f));
    }
}
