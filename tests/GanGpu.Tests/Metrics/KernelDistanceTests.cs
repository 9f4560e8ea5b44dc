using GanGpu.Measures;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Metrics;

[Collection(TestDevices.OfNetworks)]
public class KernelDistanceTests
{
    public static TheoryData<string> DeviceNames => ["cpu", "opencl", "cuda"];

    /// <summary>
    /// One block of all samples is the definition. Products of K numbers are off by 1.3·10⁻⁶ √K at most, kernels by
    /// three times that of theirs.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void It_is_the_definition_in_float64(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        foreach ((int count, int dimension) in new[] { (2, 1), (65, 3), (129, 128) })
        {
            FeatureSet real = Points.Normal(count, dimension, 1, mean: 1),
                generated = Points.Normal(count, dimension, 2, mean: 0.8, deviation: 1.1);
            double expected = Mean(real, real, true) + Mean(generated, generated, true)
                - (2 * Mean(real, generated, false));
            KernelDistance got = KernelDistance.Between(device, real, generated, blockSize: 1000);
            Assert.InRange(got.Distance - expected, -1e-4, 1e-4);
            Assert.True(Math.Abs(expected) > 1e-2, $"{expected}");
            Assert.Equal((1, count, null), (got.Blocks, got.BlockSize, got.StandardError));
        }
    }

    /// <summary>
    /// Sets of one kind: zero within the standard error that it states itself, over many pairs of sets; a shift is far
    /// outside of it.
    /// </summary>
    [Fact]
    public void It_is_unbiased_and_its_standard_error_is_true()
    {
        Device device = TestDevices.OpenDevice("cpu");
        double[] scores = [.. Enumerable.Range(0, 40).Select(i =>
        {
            KernelDistance got = KernelDistance.Between(
                device, Points.Normal(800, 4, 2 * (ulong)i), Points.Normal(800, 4, (2 * (ulong)i) + 1), blockSize: 50,
                seed: (ulong)i);
            Assert.Equal((16, 50, 800, 800), (got.Blocks, got.BlockSize, got.Real, got.Generated));
            return got.Distance / got.StandardError!.Value;
        })];
        // The scores have Student's distribution with 15 degrees of freedom: deviation 1.074.
        Assert.InRange(scores.Average(), -3.5 * 1.074 / Math.Sqrt(40), 3.5 * 1.074 / Math.Sqrt(40));
        Assert.InRange(Math.Sqrt(scores.Average(score => score * score)), 0.7, 1.5);
        KernelDistance shifted = KernelDistance.Between(
            device, Points.Normal(800, 4, 1), Points.Normal(800, 4, 2, mean: 0.6), blockSize: 50);
        Assert.True(shifted.Distance > 5 * shifted.StandardError, shifted.ToString());
    }

    [Fact]
    public void The_seed_decides_the_blocks()
    {
        Device device = TestDevices.OpenDevice("cpu");
        FeatureSet real = Points.Normal(200, 3, 1), generated = Points.Normal(300, 3, 2);
        Assert.Equal(
            KernelDistance.Between(device, real, generated, 50, seed: 4),
            KernelDistance.Between(device, real, generated, 50, seed: 4));
        Assert.NotEqual(
            KernelDistance.Between(device, real, generated, 50, seed: 4).Distance,
            KernelDistance.Between(device, real, generated, 50, seed: 5).Distance);
        Assert.Throws<InvalidInputException>(() => KernelDistance.Between(device, real, Points.Normal(1, 3, 1)));
    }

    private static double Mean(FeatureSet a, FeatureSet b, bool others)
    {
        double sum = 0;
        for (int i = 0; i < a.Count; i++)
        {
            for (int j = 0; j < b.Count; j++)
            {
                double product = 0;
                for (int k = 0; k < a.Dimension; k++)
                    product += (double)a[i][k] * b[j][k];
                if (!others || i != j)
                    sum += Math.Pow((product / a.Dimension) + 1, 3);
            }
        }

        return sum / ((double)a.Count * (b.Count - (others ? 1 : 0)));
    }
}
