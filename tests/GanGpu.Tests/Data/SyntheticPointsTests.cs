using GanGpu.Measures;
using GanGpu.Modalities.Points;

namespace GanGpu.Tests.Data;

public class SyntheticPointsTests
{
    private const int Count = 100_000;

    public static TheoryData<string> Mixtures => ["ring", "grid", "8gaussians", "25gaussians"];

    /// <summary>
    /// Modes as likely as each other, each of its own mean, deviation and shape: within five standard errors.
    /// </summary>
    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Points_are_drawn_from_the_mixture(string name)
    {
        DataSet data = DataSource.Open(name);
        GaussianMixture mixture = (GaussianMixture)data.Origin!;
        Assert.Equal((Count, SampleFormat.OfPoints(2)), (data.Count, data.Format));
        Assert.Equal(2 * Count, data.Values.Length);
        for (int mode = 0; mode < mixture.Centers.Count; mode++)
        {
            double[][] points = [
                .. Enumerable.Range(0, Count).Where(i => data.Labels.Span[i] == mode)
                .Select(i => new double[] { data.Values.Span[2 * i], data.Values.Span[(2 * i) + 1] })];
            double share = 1.0 / mixture.Centers.Count, n = points.Length, s = mixture.StandardDeviation;
            Assert.InRange(
                n, (Count * share) - (5 * Math.Sqrt(Count * share)), (Count * share) + (5 * Math.Sqrt(Count * share)));
            double[] center = [mixture.Centers[mode].X, mixture.Centers[mode].Y],
                means = [points.Average(p => p[0]), points.Average(p => p[1])];
            for (int axis = 0; axis < 2; axis++)
            {
                Assert.InRange(means[axis] - center[axis], -5 * s / Math.Sqrt(n), 5 * s / Math.Sqrt(n));
                double variance = points.Average(p => Math.Pow(p[axis] - means[axis], 2)),
                    fourth = points.Average(p => Math.Pow((p[axis] - means[axis]) / s, 4));
                Assert.InRange(variance / (s * s), 1 - (5 * Math.Sqrt(2 / n)), 1 + (5 * Math.Sqrt(2 / n)));
                Assert.InRange(fourth, 3 - (5 * Math.Sqrt(96 / n)), 3 + (5 * Math.Sqrt(96 / n)));
            }

            Assert.InRange(
                points.Average(p => (p[0] - means[0]) * (p[1] - means[1])) / (s * s), -5 / Math.Sqrt(n),
                5 / Math.Sqrt(n));
        }
    }

    [Fact]
    public void The_modes_lie_where_the_papers_put_them()
    {
        Assert.Equal(8, GaussianMixture.Ring.Centers.Distinct().Count());
        Assert.All(
            GaussianMixture.Ring.Centers, center =>
            Assert.Equal(1, Math.Sqrt((center.X * center.X) + (center.Y * center.Y)), 12));
        Assert.Equal((0.01, 0.05), (GaussianMixture.Ring.StandardDeviation, GaussianMixture.Grid.StandardDeviation));
        double[] places = [-4, -2, 0, 2, 4];
        Assert.Equal(from x in places from y in places select (x, y), GaussianMixture.Grid.Centers);
        Assert.Equal(Math.Sqrt(2), GaussianMixture.EightGaussians.Centers[0].X, 3);
        Assert.Equal(Math.Sqrt(2), GaussianMixture.TwentyFiveGaussians.Centers[^1].Y, 3);
    }

    /// <summary>
    /// Noise in the plane is 0.25 / 7.5 each way, so the distance from the spiral has its mean absolute value.
    /// </summary>
    [Fact]
    public void The_swiss_roll_lies_along_its_spiral()
    {
        DataSet data = DataSource.Open("swissroll");
        double sum = 0;
        int[] quarters = new int[4];
        for (int i = 0; i < Count; i++)
        {
            double x = 7.5 * data.Values.Span[2 * i], y = 7.5 * data.Values.Span[(2 * i) + 1],
                t = Math.Sqrt((x * x) + (y * y));
            // The nearest turn of the spiral at this angle.
            double angle = Math.Atan2(y, x), turn = angle + (2 * Math.PI * Math.Round((t - angle) / (2 * Math.PI)));
            // The spiral r = t crosses a circle at an angle of atan(1 / t), which shortens the radial distance.
            sum += Math.Abs(t - turn) * t / Math.Sqrt(1 + (t * t));
            quarters[Math.Clamp((int)((t - (1.5 * Math.PI)) / (0.75 * Math.PI)), 0, 3)]++;
        }

        Assert.InRange(sum / Count, 0.99 * 0.25 * Math.Sqrt(2 / Math.PI), 1.01 * 0.25 * Math.Sqrt(2 / Math.PI));
        // Uniform in t, but for what noise carries over the borders, which is the same both ways.
        Assert.All(quarters, count => Assert.InRange(count, (Count / 4) - 700, (Count / 4) + 700));
    }

    [Fact]
    public void A_point_is_the_same_for_every_count_and_another_for_another_seed()
    {
        foreach (string name in SyntheticPoints.Names)
        {
            float[] all = SyntheticPoints.Draw(name, 1000).Values.ToArray();
            Assert.Equal(all[..20], SyntheticPoints.Draw(name, 10).Values.ToArray());
            Assert.Empty(all.Take(20).Intersect(SyntheticPoints.Draw(name, 1000, seed: 2).Values.ToArray()));
        }
    }

    [Fact]
    public void Mixtures_of_ones_own_are_drawn_and_impossible_ones_refused()
    {
        DataSet data = new GaussianMixture("two", [(-1, 0), (3, 2)], 0.1).Draw(1000);
        Assert.Equal("two", ((GaussianMixture)data.Origin!).Name);
        for (int i = 0; i < 1000; i++)
            Assert.InRange(data.Values.Span[2 * i] - (data.Labels.Span[i] == 0 ? -1 : 3), -0.5, 0.5);
        Assert.Equal(2, data.Labels.ToArray().Distinct().Count());
        Assert.Throws<InvalidInputException>(() => new GaussianMixture("none", [], 0.1).Draw(10));
        Assert.Throws<InvalidInputException>(() => new GaussianMixture("flat", [(0, 0)], 0).Draw(10));
        Assert.Throws<InvalidInputException>(() => new GaussianMixture("many", new (double, double)[257], 1).Draw(10));
    }

    [Fact]
    public void Vectors_that_are_no_data_set_are_refused()
    {
        Assert.Throws<ArgumentException>(() => DataSet.FromValues("x", new float[5], 2, 3));
        Assert.Throws<ArgumentException>(() => DataSet.FromValues("x", new float[6], 2, 3, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSet.FromValues("x", Array.Empty<float>(), 0, 3));
        Assert.Contains(
            "value 1 of vector 1",
            Assert.Throws<InvalidInputException>(() => DataSet.FromValues("x", new[] { 0, 0, 0, float.NaN }, 2, 2)).Message,
            StringComparison.Ordinal);
    }
}
