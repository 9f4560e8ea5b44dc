using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Objectives.Gan;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

/// <summary>
/// A penalty on the discriminator's input gradient differentiates through the whole network a second time.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public class InputPenaltyTests
{
    private static readonly SampleFormat Sample = SampleFormat.OfImages(2, 3, 1);

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    public static TheoryData<float, int> Penalties => new() { { 1f, 3 }, { 0f, 3 }, { 0f, 1 } };

    [Theory]
    [MemberData(nameof(Penalties))]
    public void A_penalty_has_the_gradient_of_its_finite_differences(float center, int split)
    {
        (GradientPenalty penalty, Tensor[] weights, Tensor[] gradients, Tensor[] leaves) = Penalised(center, split);
        Dictionary<Tensor, double[]> given = GraphOnDevice.Values(5, leaves)
            .ToDictionary(leaf => leaf.Key, leaf => Array.ConvertAll(leaf.Value, value => (double)value));
        FiniteDifferences.Check(weights, given, gradients, values =>
        {
            double[] metrics = Float64Graph.Evaluate([penalty.Metrics], values)[penalty.Metrics];
            return (penalty.PenaltyShape.FirstWeight * metrics[0]) + (penalty.PenaltyShape.SecondWeight * metrics[1]);
        });
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_device_computes_what_float64_does(string device)
    {
        foreach ((float center, int split) in new[] { (1f, 3), (0f, 1) })
        {
            (GradientPenalty penalty, _, Tensor[] gradients, Tensor[] leaves) = Penalised(center, split);
            // Norms below 1, divided by in the penalty of center 1, through six layers rounded in float32.
            GraphOnDevice.Check(device, [penalty.Metrics, .. gradients], GraphOnDevice.Values(5, leaves), 1e-5, 1e-5);
        }
    }

    /// <summary>
    /// DRAGAN looks up to half a deviation of the batch beyond its samples, in all values, and nowhere else.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Dragan_looks_near_real_samples(string device)
    {
        Tensor x = new("x", new Shape(16, 50)), u = new("u", x.Shape), near = InputPenalty.Perturbed(x, u);
        Dictionary<Tensor, float[]> given = GraphOnDevice.Values(5, [x]);
        given[u] = [.. Enumerable.Range(0, 800).Select(i => (i - 400) / 400f)];
        float[] samples = given[x];
        double mean = samples.Average(value => (double)value),
            deviation = Math.Sqrt(samples.Average(value => Math.Pow(value - mean, 2)));
        double[] expected = Float64Graph.Evaluate(
            [near], given.ToDictionary(
                leaf => leaf.Key, leaf => Array.ConvertAll(leaf.Value, value => (double)value)))[near];
        for (int i = 0; i < 800; i++)
            Assert.Equal(i / 1600.0, (expected[i] - samples[i]) / deviation, 1e-6);
        GraphOnDevice.Check(device, [near], given, 1e-6, 1e-6);
    }

    private static (GradientPenalty Penalty, Tensor[] Weights, Tensor[] Gradients, Tensor[] Leaves) Penalised(
        float center, int split)
    {
        MlpPreset preset = Preset.Mlp with { DiscriminatorUnits = new(5, 4) };
        Parameters parameters = new();
        Tensor x = new("x", new Shape(3, Sample.Length));
        Tensor logits = preset.Discriminator(Sample)(parameters, x);
        Tensor inputGradient = Gradients.Of([(logits, new Fill(logits.Shape, 1f).Output)], [x])[0];
        GradientPenalty penalty = new(inputGradient, split, center, firstWeight: 10f, secondWeight: 3f);
        // Biases only shift which side of its kink a unit is on, so the weights are what it trains.
        Tensor[] weights = [
            .. parameters.All.Select(parameter => parameter.Tensor)
            .Where(tensor => tensor.Name.EndsWith("weight", StringComparison.Ordinal))];
        return (penalty, weights, Gradients.Of([(inputGradient, penalty.Cotangent)], weights),
            [.. parameters.All.Select(parameter => parameter.Tensor), x]);
    }
}
