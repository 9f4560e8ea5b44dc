using GanGpu.Measures;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Metrics;

[Collection(TestDevices.OfNetworks)]
public class SlicedWassersteinTests
{
    public static TheoryData<string> DeviceNames => ["cpu", "opencl", "cuda"];

    /// <summary>A shift by v moves every projection by θ·v, and the mean of (θ·v)² is ‖v‖² / dimension.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_shift_has_the_closed_form_and_equal_sets_are_at_zero(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        foreach (int dimension in new[] { 1, 2, 33 })
        {
            FeatureSet set = Points.Normal(301, dimension, 1),
                shifted = Points.Map(set, (value, j) => (double)value + j + 1);
            double length = Math.Sqrt(Enumerable.Range(1, dimension).Sum(j => (double)j * j)),
                expected = length / Math.Sqrt(dimension);
            SlicedWasserstein got = SlicedWasserstein.Between(device, set, shifted);
            Assert.InRange(
                got.Distance, expected - (4 * got.StandardError) - (1e-5 * expected), expected + (4 * got.StandardError)
                + (1e-5 * expected));
            Assert.InRange(got.StandardError, 0, 0.05 * expected);
            Assert.Equal(0, SlicedWasserstein.Between(device, set, set).Distance);
            Assert.Equal((301, 301, 512), (got.Real, got.Generated, got.Directions));
        }
    }

    /// <summary>Order on a line does not matter, and each sample twice is the same distribution.</summary>
    [Fact]
    public void It_depends_on_the_distribution_alone()
    {
        Device device = TestDevices.OpenDevice("cpu");
        FeatureSet set = Points.Normal(60, 3, 1), other = Points.Normal(45, 3, 2, mean: 0.5);
        FeatureSet twice = new([.. Enumerable.Range(0, 120).SelectMany(i => set[(i * 7) % 60].ToArray())], 120, 3);
        double distance = SlicedWasserstein.Between(device, set, other).Distance;
        Assert.Equal(distance, SlicedWasserstein.Between(device, twice, other).Distance, 1e-6);
        Assert.NotEqual(distance, SlicedWasserstein.Between(device, set, other, seed: 1).Distance);
    }

    /// <summary>Steps of different widths, by hand.</summary>
    [Fact]
    public void Sets_of_different_size_are_coupled_by_their_quantiles()
    {
        // [0, 1/2): F⁻¹ = 0; [1/2, 1): 1. [0, 2/3): G⁻¹ = 0; [2/3, 1): 3. So 0 on [0, 1/2), 1 on [1/2, 2/3), 4 on [2/3,
        // 1).
        Assert.Equal((1.0 / 6) + (4.0 / 3), SlicedWasserstein.SquaredDistance([0, 1], [0, 0, 3]), 12);
        Assert.Equal((1.0 / 6) + (4.0 / 3), SlicedWasserstein.SquaredDistance([0, 0, 3], [0, 1]), 12);
        Assert.Equal(2.5, SlicedWasserstein.SquaredDistance([1, 2], [0, 0]), 12);
    }
}
