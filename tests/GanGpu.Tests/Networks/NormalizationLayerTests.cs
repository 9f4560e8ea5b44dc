using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

[Collection(TestDevices.OfNetworks)]
public class NormalizationLayerTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Fact]
    public void Batch_norm_of_a_known_batch()
    {
        Parameters parameters = new();
        Tensor x = new("x", new(4, 2)), y = x.BatchNorm(parameters, "bn", epsilon: 0f, momentum: 0.1f);
        Dictionary<Tensor, double[]> given = Start(parameters, (x, [1, 10, 2, 10, 3, 30, 6, 30]));
        given[parameters.All[0].Tensor] = [2, 3];
        given[parameters.All[1].Tensor] = [0.5, -1];
        List<(Tensor State, Tensor Value)> updates = parameters.TakeUpdates();
        Dictionary<Tensor, double[]> values =
            Float64Graph.Evaluate([y, .. updates.Select(update => update.Value)], given);
        // Means 3 and 20, variances 3.5 and 100, of a sample 14/3 and 400/3.
        double third = 1 / Math.Sqrt(3.5);
        Equal([0.5 - (4 * third), -4, 0.5 - (2 * third), -4, 0.5, 2, 0.5 + (6 * third), 2], values[y]);
        Assert.Equal(["bn.running_mean", "bn.running_var"], updates.Select(update => update.State.Name));
        Equal([0.3, 2], values[updates[0].Value]);
        Equal([0.9 + (1.4 / 3), 0.9 + (40 / 3.0)], values[updates[1].Value]);
    }

    [Fact]
    public void Stacked_batches_are_normalised_each_by_itself_and_both_go_into_the_averages()
    {
        Parameters parameters = new() { Batches = 2 };
        Tensor x = new("x", new(4, 1)), y = x.BatchNorm(parameters, "bn", epsilon: 0f, momentum: 0.5f);
        List<(Tensor State, Tensor Value)> updates = parameters.TakeUpdates();
        Dictionary<Tensor, double[]> values = Float64Graph.Evaluate(
            [y, .. updates.Select(update => update.Value)], Start(parameters, (x, [1, 3, 100, 300])));
        Equal([-1, 1, -1, 1], values[y]);
        Equal([(0.5 * (0.5 * 2)) + (0.5 * 200)], values[updates[0].Value]);
        Equal([(0.5 * ((0.5 * 1) + (0.5 * 2))) + (0.5 * 20000)], values[updates[1].Value]);
    }

    [Fact]
    public void Applied_twice_it_updates_the_averages_twice()
    {
        Parameters parameters = new();
        Tensor a = new("a", new(2, 1)), b = new("b", new(2, 1));
        a.BatchNorm(parameters, "bn", momentum: 0.5f);
        b.BatchNorm(parameters, "bn", momentum: 0.5f);
        List<(Tensor State, Tensor Value)> updates = parameters.TakeUpdates();
        Dictionary<Tensor, double[]> values = Float64Graph.Evaluate(
            [.. updates.Select(update => update.Value)], Start(parameters, (a, [1, 3]), (b, [5, 7])));
        Equal([(0.5 * 0.5 * 2) + (0.5 * 6)], values[updates[0].Value]);
        Equal([(0.5 * ((0.5 * 1) + (0.5 * 2))) + (0.5 * 2)], values[updates[1].Value]);
    }

    [Fact]
    public void Samples_are_drawn_by_the_averages()
    {
        Parameters parameters = new() { Training = false };
        Tensor x = new("x", new(2, 2)), y = x.BatchNorm(parameters, "bn", epsilon: 0f);
        Assert.Empty(parameters.TakeUpdates());
        Dictionary<Tensor, double[]> given = Start(parameters, (x, [1, 2, 3, 4]));
        given[parameters.All[0].Tensor] = [2, 3];
        given[parameters.All[1].Tensor] = [0.5, -1];
        given[parameters.States[0].Tensor] = [1, -1];
        given[parameters.States[1].Tensor] = [4, 9];
        Equal([0.5, 2, 2.5, 4], Float64Graph.Evaluate([y], given)[y]);
    }

    [Fact]
    public void Training_and_drawing_ask_for_the_same_in_the_same_order()
    {
        Tensor x = new("x", new(8, 3)), labels = new("labels", new(2, 5));
        string[][] names = [.. Enumerable.Range(0, 2).Select(training =>
        {
            Parameters parameters = new() { Training = training == 0 };
            FeatureMap map = new(x, 2, 2, 2);
            map.BatchNorm(parameters, "a").ConditionalBatchNorm(parameters, "b", labels).LayerNorm(parameters, "c");
            return parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor.ToString()).ToArray();
        })];
        Assert.Equal(names[0], names[1]);
        Assert.Equal(
            ["a.weight 1x3", "a.bias 1x3", "b.weight 5x3", "b.bias 5x3", "c.weight 1x3", "c.bias 1x3",
                "a.running_mean 1x3", "a.running_var 1x3", "b.running_mean 1x3", "b.running_var 1x3"], names[0]);
    }

    [Fact]
    public void Conditional_batch_norm_scales_by_the_class()
    {
        foreach (bool training in new[] { true, false })
        {
            Parameters parameters = new() { Training = training };
            Tensor x = new("x", new(4, 1)), labels = new("labels", new(2, 3));
            Tensor y = new FeatureMap(x, 2, 1, 2).ConditionalBatchNorm(parameters, "bn", labels, epsilon: 0f).Tensor;
            Dictionary<Tensor, double[]> given = Start(parameters, (x, [-1, 1, -1, 1]), (labels, [0, 0, 1, 1, 0, 0]));
            given[parameters.All[0].Tensor] = [2, 3, 4];
            given[parameters.All[1].Tensor] = [10, 20, 30];
            Equal([26, 34, 8, 12], Float64Graph.Evaluate([y], given)[y]);
        }
    }

    [Fact]
    public void Layer_norm_is_over_all_of_a_sample_and_scaled_by_the_channel()
    {
        Parameters parameters = new();
        Tensor x = new("x", new(4, 2)), y = new FeatureMap(x, 2, 1, 2).LayerNorm(parameters, "ln", epsilon: 0f).Tensor;
        Dictionary<Tensor, double[]> given = Start(parameters, (x, [1, 3, 1, 3, -10, -10, 10, 10]));
        given[parameters.All[0].Tensor] = [1, 2];
        given[parameters.All[1].Tensor] = [0, 0.5];
        Equal([-1, 2.5, -1, 2.5, -1, -1.5, 1, 2.5], Float64Graph.Evaluate([y], given)[y]);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Layers_and_their_gradients_are_those_of_float64(string device)
    {
        foreach (int batches in new[] { 1, 2 })
        {
            Parameters parameters = new() { Batches = batches };
            Tensor x = new("x", new(16, 3)), labels = new("labels", new(4, 2)), v = new("v", new(16, 3));
            FeatureMap map = new FeatureMap(x, 4, 2, 2)
                .BatchNorm(parameters, "a", Activation.LeakyRelu(), epsilon: 1e-2f, scale: Initializer.Ones);
            map = map.ConditionalBatchNorm(parameters, "b", labels, Activation.Tanh, epsilon: 1e-2f)
                .LayerNorm(parameters, "c", Activation.LeakyRelu(), epsilon: 1e-2f);
            Tensor[] weights = [.. parameters.All.Select(parameter => parameter.Tensor)];
            Tensor[] gradients = Gradients.Of([(map.Tensor, v)], [.. weights, x]);
            IEnumerable<Tensor> updates = parameters.TakeUpdates().Select(update => update.Value);
            Dictionary<Tensor, float[]> leaves = GraphOnDevice.Values(
                3, [.. weights, .. parameters.States.Select(parameter => parameter.Tensor), x, labels, v]);
            // Three times divided by standard deviations of about 0.3, sums of 16.
            GraphOnDevice.Check(device, [map.Tensor, .. gradients, .. updates], leaves, 2e-5, 1e-5);
        }
    }

    private static Dictionary<Tensor, double[]> Start(
        Parameters parameters, params (Tensor Tensor, double[] Values)[] inputs)
    {
        Dictionary<Tensor, double[]> given = inputs.ToDictionary(input => input.Tensor, input => input.Values);
        foreach (Parameter parameter in parameters.All.Concat(parameters.States))
            given[parameter.Tensor] = [
                .. Enumerable.Repeat(parameter.Initializer == Initializer.Ones ? 1.0
                    : 0.0, parameter.Tensor.Shape.Length)];
        return given;
    }

    private static void Equal(double[] expected, double[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        // Momentum and 1 / rows are float32.
        Assert.All(
            expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
    }
}
