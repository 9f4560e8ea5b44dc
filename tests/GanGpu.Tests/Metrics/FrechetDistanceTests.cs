using GanGpu.Measures;

namespace GanGpu.Tests.Metrics;

public class FrechetDistanceTests
{
    [Theory]
    [InlineData(50, 1)]
    [InlineData(1000, 7)]
    [InlineData(400, 130)]
    [InlineData(20, 33)]
    public void Equal_sets_are_at_zero_and_a_shift_is_its_square(int count, int dimension)
    {
        FeatureSet set = Mixed(Points.Normal(count, dimension, 1));
        double variance = Enumerable.Range(0, dimension).Sum(j => Variance(set, j));
        // Roots of eigenvalues that should be zero are as large as the root of their rounding: √10⁻¹⁶ of the greatest.
        double slack = dimension < count ? 1e-10 : 1e-6;
        Assert.InRange(FrechetDistance.Between(set, set).Distance, 0, slack * variance);
        // A shift by a power of two is exact in the features.
        FrechetDistance shifted =
            FrechetDistance.Between(set, Points.Map(set, (value, j) => (double)value + (j % 2 == 0 ? 0.5 : -0.25)));
        double square = Enumerable.Range(0, dimension).Sum(j => j % 2 == 0 ? 0.25 : 0.0625);
        Assert.InRange(shifted.Distance - square, -1e-5 * (square + variance), 1e-5 * (square + variance));
        Assert.Equal(square, shifted.OfMeans, 1e-5 * square);
        Assert.Equal((count, count, dimension), (shifted.Real, shifted.Generated, shifted.Dimension));
    }

    /// <summary>Scaling a set by s along an axis of its own leaves Σ (1 − s)² σ² over the axes, exactly.</summary>
    [Fact]
    public void Sets_of_one_orientation_differ_by_their_deviations()
    {
        // Uncorrelated by construction: each axis is ±a in a pattern of its own.
        const int dimension = 5, count = 1 << dimension;
        FeatureSet set = new(
            [.. Enumerable.Range(0, count)
                .SelectMany(i => Enumerable.Range(0, dimension).Select(j => ((i >> j) & 1) == 0 ? -1f - j : 1f + j))],
            count, dimension);
        double[] scales = [0.5, 2, 1, 0.25, 3];
        FeatureSet scaled = Points.Map(set, (value, j) => value * scales[j]);
        double expected = Enumerable.Range(0, dimension).Sum(j => Math.Pow((1 + j) * (1 - scales[j]), 2)) * count
            / (count - 1);
        Assert.Equal(expected, FrechetDistance.Between(set, scaled).Distance, 1e-9 * expected);
        Assert.Equal(expected, FrechetDistance.Between(scaled, set).Distance, 1e-9 * expected);
    }

    /// <summary>Covariances that do not commute, in two dimensions, where tr √M = √(tr M + 2 √det M).</summary>
    [Fact]
    public void Sets_of_different_orientation_have_the_closed_form()
    {
        FeatureSet a = Points.Map(Points.Normal(500, 2, 1), (value, j) => value * (j == 0 ? 3 : 1));
        FeatureSet raw = Points.Normal(700, 2, 2);
        FeatureSet b = new(
            [.. Enumerable.Range(0, 700)
                .SelectMany(i => new[] { raw[i][0] + raw[i][1], (2 * raw[i][1]) - 1 })], 700, 2);
        (double[] ma, double[] ca) = Moments(a);
        (double[] mb, double[] cb) = Moments(b);
        double trace = (ca[0] * cb[0]) + (2 * ca[1] * cb[1]) + (ca[2] * cb[2]),
            determinant = ((ca[0] * ca[2]) - (ca[1] * ca[1])) * ((cb[0] * cb[2]) - (cb[1] * cb[1]));
        double expected = Math.Pow(ma[0] - mb[0], 2) + Math.Pow(ma[1] - mb[1], 2) + ca[0] + ca[2] + cb[0] + cb[2]
            - (2 * Math.Sqrt(trace + (2 * Math.Sqrt(determinant))));
        FrechetDistance got = FrechetDistance.Between(a, b);
        Assert.Equal(expected, got.Distance, 1e-9 * expected);
        Assert.Equal((500, 700), (got.Real, got.Generated));
        Assert.Contains("700 generated, 500 real", got.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sets_that_can_not_be_compared_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(Points.Normal(9, 2, 1), Points.Normal(9, 3, 1)));
        Assert.Throws<InvalidInputException>(
            () => FrechetDistance.Between(Points.Normal(9, 2, 1), Points.Normal(1, 2, 1)));
        Assert.Throws<InvalidInputException>(() => new FeatureSet([1, float.PositiveInfinity], 1, 2));
    }

    /// <summary>65,536² is 0 in 32 bits.</summary>
    [Theory]
    [InlineData(46_341)]
    [InlineData(65_536)]
    public void More_dimensions_than_a_covariance_has_room_for_are_refused(int dimension)
    {
        FeatureSet wide = new(new float[2 * dimension], 2, dimension);
        Assert.StartsWith(
            "The Fréchet distance takes samples of at most 46,340 dimensions, not ",
            Assert.Throws<InvalidInputException>(() => FrechetDistance.Between(wide, wide)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_that_a_set_does_not_have_are_out_of_its_range()
    {
        FeatureSet set = new(new float[8], 2, 4);
        foreach (int index in new[] { -1, 2, 1 << 30, int.MaxValue })
            Assert.Throws<ArgumentOutOfRangeException>(() => set[index].Length);
        DataSet data = DataSet.FromBytes("two", new byte[8], 2, 2, 2, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureSet.Of(data, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureSet.Of(data, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureSet.Of(data, 0, 0));
        Assert.Equal(1, FeatureSet.Of(data, 1).Count);
    }

    /// <summary>Neighbouring dimensions made to depend on each other.</summary>
    private static FeatureSet Mixed(FeatureSet set) => new([.. Enumerable.Range(0, set.Count).SelectMany(i =>
        Enumerable.Range(0, set.Dimension).Select(j => set[i][j] + (0.5f * set[i][(j + 1) % set.Dimension]) + j))],
            set.Count, set.Dimension);

    private static double Variance(FeatureSet set, int j)
    {
        double mean = Enumerable.Range(0, set.Count).Average(i => (double)set[i][j]);
        return Enumerable.Range(0, set.Count).Sum(i => Math.Pow(set[i][j] - mean, 2)) / (set.Count - 1);
    }

    /// <summary>Means, and the covariance's three different values, by plain sums.</summary>
    private static (double[] Means, double[] Covariance) Moments(FeatureSet set)
    {
        int n = set.Count;
        double[] means =
            [.. Enumerable.Range(0, 2).Select(j => Enumerable.Range(0, n).Average(i => (double)set[i][j]))];
        double Of(int a, int b) =>
            Enumerable.Range(0, n).Sum(i => (set[i][a] - means[a]) * (set[i][b] - means[b])) / (n - 1);
        return (means, [Of(0, 0), Of(0, 1), Of(1, 1)]);
    }
}
