
namespace GanGpu.Tests.Training;

public sealed class LatentWalkTests
{
    [Fact]
    public void A_straight_line_is_straight()
    {
        float[] point = new float[2];
        Latents.Interpolate([1, -2], [3, 6], 0.25, Interpolation.Linear, point);
        Assert.Equal([1.5f, 0f], point);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void An_arc_keeps_the_length_and_divides_the_angle(double share)
    {
        float[] from = new float[64], to = new float[64], point = new float[64];
        // Two directions 70 degrees apart, in a plane of 64 dimensions, of length 8.
        double angle = 70 * Math.PI / 180;
        for (int i = 0; i < 32; i++)
        {
            from[2 * i] = (float)(8 / Math.Sqrt(32));
            to[2 * i] = (float)(8 / Math.Sqrt(32) * Math.Cos(angle));
            to[(2 * i) + 1] = (float)(8 / Math.Sqrt(32) * Math.Sin(angle));
        }

        Latents.Interpolate(from, to, share, Interpolation.Spherical, point);
        Assert.Equal(8, Math.Sqrt(point.Sum(value => (double)value * value)), 4);
        double cosine = point.Zip(from, (a, b) => (double)a * b).Sum() / 64;
        Assert.Equal(share * angle, Math.Acos(Math.Min(1, cosine)), 3);
    }

    [Fact]
    public void Where_there_is_no_arc_it_is_a_line()
    {
        float[] point = new float[2];
        Latents.Interpolate([1, 1], [2, 2], 0.5, Interpolation.Spherical, point);
        Assert.Equal([1.5f, 1.5f], point);
        Latents.Interpolate([1, 0], [-1, 0], 0.25, Interpolation.Spherical, point);
        Assert.Equal([0.5f, 0f], point);
        Latents.Interpolate([0, 0], [2, 2], 0.5, Interpolation.Spherical, point);
        Assert.Equal([1f, 1f], point);
    }

    [Fact]
    public void A_walk_meets_its_waypoints_and_a_closed_one_comes_back()
    {
        float[][] waypoints = [[0, 0, 10, 10], [4, 0, 10, 14], [4, 4, 14, 14]];
        float[][] open = [.. Latents.Walk(waypoints, 2, 4, Interpolation.Linear, closed: false)],
            closed = [.. Latents.Walk(waypoints, 2, 4, Interpolation.Linear, closed: true)];
        Assert.Equal(9, open.Length);
        Assert.Equal(12, closed.Length);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(waypoints[i], open[4 * i]);
            Assert.Equal(waypoints[i], closed[4 * i]);
        }

        Assert.Equal([1f, 0, 10, 11], open[1]);
        // Three quarters of the way from the last back to the first.
        Assert.Equal([1f, 1, 11, 11], closed[^1]);
        Assert.Throws<ArgumentException>(
            () => Latents.Walk([waypoints[0]], 2, 4, Interpolation.Linear, closed: true));
        Assert.Throws<ArgumentException>(
            () => Latents.Walk([[1, 2], [1, 2, 3]], 2, 4, Interpolation.Linear, closed: true));
    }

    [Fact]
    public void The_share_beyond_a_value_is_that_of_tables()
    {
        // The shares beyond 1, 2, 3, 5 and 6 standard deviations.
        foreach (
            (double x, double share) in new[] {
                (0, 1), (1, 0.31731050786291415), (2, 0.04550026389635842), (3, 0.0026997960632601866),
                (5, 5.733031437583892e-7), (6, 1.973175290075396e-9) })
            Assert.Equal(1, Latents.TwoTails(x) / share, 7);
        Assert.Equal(Latents.TwoTails(3 - 1e-9), Latents.TwoTails(3 + 1e-9), 9);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Truncated_noise_has_the_distribution_of_what_lies_within(double truncation)
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, Preset.Mlp with { LatentSize = 50 }, Dots(), new() { BatchSize = 8 });
        float[] latents = trainer.Generator.Latents(2000, seed: 5);
        float[] within = [.. latents.Where(value => Math.Abs(value) <= truncation).Order()];
        float[] truncated = Latents.Truncate(latents, NoiseDistribution.Normal, truncation);
        Assert.All(truncated, value => Assert.InRange(value, -truncation, truncation));
        // Order stays, signs too.
        int[] order = [.. Enumerable.Range(0, latents.Length).OrderBy(i => latents[i])];
        Assert.True(order.Zip(order.Skip(1)).All(pair => truncated[pair.First] <= truncated[pair.Second]));
        Assert.All(latents.Zip(truncated), pair => Assert.True(pair.First * pair.Second >= 0));
        // Kolmogorov and Smirnov's distance of two samples; beyond 2.2 · √((n + m)/nm) one of ten thousand lies.
        Array.Sort(truncated);
        double distance = 0;
        for (int i = 0, j = 0; i < truncated.Length; i++)
        {
            while (j < within.Length && within[j] <= truncated[i])
                j++;
            distance = Math.Max(distance, Math.Abs(((double)(i + 1) / truncated.Length) - ((double)j / within.Length)));
        }

        Assert.InRange(
            distance, 0,
            2.2 * Math.Sqrt((double)(truncated.Length + within.Length) / ((double)truncated.Length * within.Length)));
    }

    [Fact]
    public void Wide_truncation_changes_nothing_and_uniform_noise_is_scaled()
    {
        float[] latents = [-3, -0.5f, 0, 0.1f, 2];
        Assert.Equal(latents, Latents.Truncate(latents, NoiseDistribution.Normal, 6));
        Assert.All(latents.Zip(Latents.Truncate(latents, NoiseDistribution.Normal, 5.99)), pair =>
            Assert.Equal(pair.First, pair.Second, 4));
        Assert.Equal([-0.25f, 0.25f], Latents.Truncate([-0.5f, 0.5f], NoiseDistribution.Uniform, 0.5));
        Assert.Throws<InvalidInputException>(() => Latents.Truncate(latents, NoiseDistribution.Normal, 0));
        Assert.Throws<InvalidInputException>(
            () => Latents.Truncate(latents, NoiseDistribution.Normal, double.NaN));
        Assert.Throws<InvalidInputException>(() => Latents.Truncate(latents, NoiseDistribution.Uniform, 1.5));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_latent_vectors_of_samples_generate_the_same_samples(Preset preset)
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, preset, Dots(), new() { BatchSize = 8 });
        Generator generator = trainer.Generator;
        float[] latents = generator.Latents(70, seed: 3);
        Assert.Equal(70 * generator.LatentSize, latents.Length);
        Assert.Equal(generator.Latents(5, seed: 3), latents[..(5 * generator.LatentSize)]);
        SampleBatch drawn = generator.Sample(70, seed: 3), generated = generator.Generate(latents);
        Assert.Equal(drawn.Values.ToArray(), generated.Values.ToArray());
        Assert.Equal(drawn.Columns, generated.Columns);
        if (generator.Classes > 0)
            Assert.Equal(
                generator.Sample(70, seed: 3, classLabel: 1).Values.ToArray(),
                generator.Generate(latents, classLabel: 1).Values.ToArray());
        else
            Assert.Throws<InvalidInputException>(() => generator.Generate(latents, classLabel: 1));
        Assert.Throws<ArgumentException>(() => generator.Generate(latents[1..]));
    }

    public static TheoryData<Preset> Presets => [Preset.Mlp, new CganPreset()];

    /// <summary>Eight images of two classes.</summary>
    private static DataSet Dots() =>
        DataSet.FromBytes("dots", (byte[])[.. Enumerable.Range(0, 8 * 64).Select(i => (byte)(i * 31))], 8, 8, 8, 1,
            new byte[] { 0, 1, 0, 1, 0, 1, 0, 1 });
}
