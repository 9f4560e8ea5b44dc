using GanGpu.Measures;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Metrics;

[Collection(TestDevices.OfNetworks)]
public class ParzenLogLikelihoodTests
{
    public static TheoryData<string> DeviceNames => ["cpu", "opencl", "cuda"];

    /// <summary>
    /// Against the definition in float64. A squared distance is off by a few 10⁻⁷ · √dimension · ‖a‖ ‖b‖ ≈ 2·10⁻⁵ here,
    /// and counts 1 / 2σ² ≤ 50 times: 10⁻³ nats where the bandwidth is the least. Near-duplicates, where cancellation
    /// is worst, are among the images.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void It_is_the_definition_in_float64(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        foreach (
            (int generated, int dimension, double deviation) in new[] {
                (1, 1, 0.1), (301, 2, 0.05), (257, 33, 0.2), (1025, 784, 0.3) })
        {
            FeatureSet samples = Pixels(generated, dimension, 1, deviation),
                validation = Pixels(37, dimension, 2, deviation), test = Pixels(65, dimension, 3, deviation);
            samples[0].CopyTo(test.Values);
            Points.Map(samples, (value, _) => value + 1e-4)[0].CopyTo(validation.Values);
            ParzenLogLikelihood got = ParzenLogLikelihood.Between(device, samples, validation, test);

            double[] means =
                [.. ParzenLogLikelihood.Bandwidths.Select(sigma => Each(samples, validation, sigma).Average())];
            double bandwidth = ParzenLogLikelihood.Bandwidths[Array.IndexOf(means, means.Max())];
            double[] each = Each(samples, test, bandwidth);
            Assert.Equal((generated, 37, 65), (got.Generated, got.Validation, got.Real));
            Assert.Equal(bandwidth, got.Bandwidth);
            Assert.InRange(got.LogLikelihood - each.Average(), -1e-3, 1e-3);
            Assert.InRange(
                got.StandardError - Math.Sqrt(each.Average(value => Math.Pow(value - each.Average(), 2)) / 65),
                -1e-3, 1e-3);
        }
    }

    /// <summary>Far away, where every term underflows without its exponent taken out first.</summary>
    [Fact]
    public void Images_far_from_every_sample_have_a_finite_likelihood()
    {
        FeatureSet samples = new(new float[784], 1, 784), ones = new([.. Enumerable.Repeat(1f, 784)], 1, 784);
        ParzenLogLikelihood got = ParzenLogLikelihood.Between(TestDevices.OpenDevice("cpu"), samples, samples, ones);
        Assert.Equal(0.1, got.Bandwidth, 12);
        Assert.Equal((-784 / 0.02) - (784 * Math.Log(0.1 * Math.Sqrt(2 * Math.PI))), got.LogLikelihood, 1e-2);
    }

    [Fact]
    public void Sets_that_are_not_there_are_named()
    {
        using Device device = Device.Open("cpu", new() { Threads = 1 });
        FeatureSet set = new(new float[4], 2, 2);
        Assert.Equal("generated", Of(() => ParzenLogLikelihood.Between(device, null!, set, set)));
        Assert.Equal("validation", Of(() => ParzenLogLikelihood.Between(device, set, null!, set)));
        Assert.Equal("test", Of(() => ParzenLogLikelihood.Between(device, set, set, null!)));

        static string? Of(Func<object> measure) => Assert.Throws<ArgumentNullException>(measure).ParamName;
    }

    [Fact]
    public void Bandwidths_are_those_of_the_protocol()
    {
        Assert.Equal(10, ParzenLogLikelihood.Bandwidths.Count);
        Assert.Equal(0.1, ParzenLogLikelihood.Bandwidths[0], 12);
        Assert.Equal(0.21544346900318834, ParzenLogLikelihood.Bandwidths[3], 12);
        Assert.Equal(1, ParzenLogLikelihood.Bandwidths[9], 12);
    }

    private static FeatureSet Pixels(int count, int dimension, ulong seed, double deviation) =>
        Points.Map(Points.Normal(count, dimension, seed, 0.5, deviation), (value, _) => Math.Clamp(value, 0, 1));

    private static double[] Each(FeatureSet samples, FeatureSet images, double sigma) =>
        [.. Enumerable.Range(0, images.Count).Select(i =>
    {
        double[] exponents = [
            .. Enumerable.Range(0, samples.Count)
            .Select(j => -Points.SquaredDistance(images[i], samples[j]) / (2 * sigma * sigma))];
        double max = exponents.Max();
        return max + Math.Log(exponents.Sum(e => Math.Exp(e - max)) / samples.Count)
            - (samples.Dimension * Math.Log(sigma * Math.Sqrt(2 * Math.PI)));
    })];
}
