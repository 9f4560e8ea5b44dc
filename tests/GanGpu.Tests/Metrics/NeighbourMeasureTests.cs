using GanGpu.Measures;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Metrics;

/// <summary>Precision, recall, density and coverage.</summary>
[Collection(TestDevices.OfNetworks)]
public class NeighbourMeasureTests
{
    public static TheoryData<string> DeviceNames => ["cpu", "opencl", "cuda"];

    /// <summary>
    /// Against the definitions by plain loops; points on a lattice, where float32 is exact and ties are frequent.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void They_are_the_definitions(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        foreach (
            (int reals, int fakes, int dimension, int k) in new[] {
                (2, 2, 1, 1), (50, 40, 1, 3), (129, 257, 2, 5), (300, 300, 33, 3) })
        {
            FeatureSet real = Lattice(reals, dimension, 1, 0), generated = Lattice(fakes, dimension, 2, 1);
            double[] realRadii = Radii(real, k), generatedRadii = Radii(generated, k);
            PrecisionRecall pr = PrecisionRecall.Between(device, real, generated, k);
            DensityCoverage dc = DensityCoverage.Between(device, real, generated, k);
            bool In(FeatureSet set, double[] radii, int i, ReadOnlySpan<float> point) =>
                Points.SquaredDistance(set[i], point) <= radii[i];
            int precise = Enumerable.Range(0, fakes)
                .Count(j => Enumerable.Range(0, reals).Any(i => In(real, realRadii, i, generated[j])));
            int recalled = Enumerable.Range(0, reals)
                .Count(i => Enumerable.Range(0, fakes).Any(j => In(generated, generatedRadii, j, real[i])));
            int balls = Enumerable.Range(0, fakes)
                .Sum(j => Enumerable.Range(0, reals).Count(i => In(real, realRadii, i, generated[j])));
            int covered = Enumerable.Range(0, reals)
                .Count(i => Enumerable.Range(0, fakes).Any(j => In(real, realRadii, i, generated[j])));
            Assert.Equal((double)precise / fakes, pr.Precision, 12);
            Assert.Equal((double)recalled / reals, pr.Recall, 12);
            Assert.Equal((double)balls / (k * fakes), dc.Density, 12);
            Assert.Equal((double)covered / reals, dc.Coverage, 12);
            Assert.Equal(
                (reals, fakes, k, reals, fakes, k),
                (pr.Real, pr.Generated, pr.Neighbours, dc.Real, dc.Generated, dc.Neighbours));
        }
    }

    /// <summary>
    /// Fifty points six times each, and sixteen of them again and again: radii of zero, which no rounding may come
    /// between. The same of points that differ in their last bits only, and of such far from the others, against
    /// float64.
    /// </summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(33, 1)]
    [InlineData(784, 1)]
    [InlineData(784, 255)]
    [InlineData(3072, 1)]
    public void Duplicates_are_at_no_distance(int dimension, int most)
    {
        Device device = TestDevices.OpenDevice("cpu");
        Random random = new(dimension + most);
        float[] points = [
            .. Enumerable.Range(0, 50 * dimension)
            .Select(_ => most == 1 ? random.NextSingle() : random.Next(most + 1) / (float)most)];
        FeatureSet real = new([.. Enumerable.Repeat(points, 6).SelectMany(each => each)], 300, dimension);
        FeatureSet generated = new(
            [.. Enumerable.Range(0, 300).SelectMany(i => points.AsSpan(i % 16 * dimension, dimension).ToArray())],
            300, dimension);
        PrecisionRecall pr = PrecisionRecall.Between(device, real, generated);
        Assert.Equal((1, 0.32), (pr.Precision, pr.Recall));
        AssertDefinitions(device, real, generated, 3);
        AssertDefinitions(device, generated, real, 5);
        AssertDefinitions(
            device, real,
            new FeatureSet(
                [.. generated.Values.Select((value, i) => (i / dimension) % 3 == 0 ? MathF.BitIncrement(value)
                    : value)], 300, dimension), 3);
        AssertDefinitions(
            device, real,
            new FeatureSet(
                [.. generated.Values.Select((value, i) => (i / dimension) % 2 == 0 ? value + 1000 : value)], 300,
                dimension), 5);
    }

    private static void AssertDefinitions(Device device, FeatureSet real, FeatureSet generated, int k)
    {
        double[,] between = new double[generated.Count, real.Count];
        for (int j = 0; j < generated.Count; j++)
        {
            for (int i = 0; i < real.Count; i++)
                between[j, i] = Points.SquaredDistance(generated[j], real[i]);
        }

        double[] realRadii = Radii(real, k), generatedRadii = Radii(generated, k);
        int[] reals = [.. Enumerable.Range(0, real.Count)], fakes = [.. Enumerable.Range(0, generated.Count)];
        PrecisionRecall pr = PrecisionRecall.Between(device, real, generated, k);
        DensityCoverage dc = DensityCoverage.Between(device, real, generated, k);
        Assert.Equal(
            fakes.Count(j => reals.Any(i => between[j, i] <= realRadii[i])) / (double)generated.Count,
            pr.Precision, 12);
        Assert.Equal(reals.Count(i => fakes.Any(j => between[j, i] <= generatedRadii[j])) / (double)real.Count,
            pr.Recall, 12);
        Assert.Equal(
            fakes.Sum(j => reals.Count(i => between[j, i] <= realRadii[i])) / (double)(k * generated.Count),
            dc.Density, 12);
        Assert.Equal(reals.Count(i => fakes.Any(j => between[j, i] <= realRadii[i])) / (double)real.Count,
            dc.Coverage, 12);
    }

    /// <summary>
    /// Two sets of one kind: density 1 and coverage 1 − 2⁻⁵ on average (Naeem et al., lemmas 1 and 2); apart: nothing.
    /// </summary>
    [Fact]
    public void Sets_of_one_kind_have_the_expected_values_and_sets_apart_none()
    {
        Device device = TestDevices.OpenDevice("cpu");
        FeatureSet real = Points.Normal(2000, 8, 1), same = Points.Normal(2000, 8, 2),
            far = Points.Normal(2000, 8, 3, mean: 50);
        DensityCoverage alike = DensityCoverage.Between(device, real, same);
        Assert.InRange(alike.Density, 0.95, 1.05);
        Assert.InRange(alike.Coverage, 1 - (1.0 / 32) - 0.02, 1 - (1.0 / 32) + 0.02);
        DensityCoverage apart = DensityCoverage.Between(device, real, far);
        Assert.Equal((0, 0), (apart.Density, apart.Coverage));
        PrecisionRecall nothing = PrecisionRecall.Between(device, real, far);
        Assert.Equal((0, 0), (nothing.Precision, nothing.Recall));
    }

    /// <summary>
    /// A generator of one of two modes is precise and recalls half; one that makes both and noise beside is the other
    /// way round.
    /// </summary>
    [Fact]
    public void Left_out_modes_cost_recall_and_made_up_ones_precision()
    {
        Device device = TestDevices.OpenDevice("cpu");
        FeatureSet both = Two(1000, 1), one = Points.Normal(1000, 4, 5);
        PrecisionRecall few = PrecisionRecall.Between(device, both, one),
            many = PrecisionRecall.Between(device, one, both);
        Assert.InRange(few.Precision, 0.8, 1);
        Assert.InRange(few.Recall, 0.4, 0.5);
        Assert.InRange(many.Precision, 0.4, 0.5);
        Assert.InRange(many.Recall, 0.8, 1);
        Assert.InRange(DensityCoverage.Between(device, both, one).Coverage, 0.45, 0.5);

        static FeatureSet Two(int count, ulong seed) =>
            new([.. Points.Normal(count, 4, seed).Values.Select((value, i) => value + (i / 4 % 2 * 100))], count, 4);
    }

    [Fact]
    public void Sets_without_so_many_neighbours_are_refused()
    {
        Device device = TestDevices.OpenDevice("cpu");
        Assert.Throws<InvalidInputException>(
            () => PrecisionRecall.Between(device, Points.Normal(3, 2, 1), Points.Normal(9, 2, 2)));
        Assert.Throws<InvalidInputException>(
            () => DensityCoverage.Between(device, Points.Normal(5, 2, 1), Points.Normal(9, 2, 2)));
    }

    /// <summary>
    /// Multiples of an eighth whose mean is zero, for each sample has its mirror image: so that moving a set leaves it
    /// exact.
    /// </summary>
    private static FeatureSet Lattice(int count, int dimension, int seed, int shift)
    {
        Random random = new(seed);
        float[] values = new float[count * dimension];
        for (int i = 0; i < count / 2 * dimension; i++)
        {
            values[i] = (random.Next(17 + (4 * shift)) - 8) / 8f;
            values[i + (count / 2 * dimension)] = -values[i];
        }

        return new FeatureSet(values, count, dimension);
    }

    private static double[] Radii(FeatureSet set, int k) => [.. Enumerable.Range(0, set.Count).Select(i =>
        Enumerable.Range(0, set.Count).Where(j => j != i).Select(j => Points.SquaredDistance(set[i], set[j])).Order()
            .ElementAt(k - 1))];
}
