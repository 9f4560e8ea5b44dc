using GanGpu.Kernels.Random;

namespace GanGpu.Tests.Training;

/// <summary>That training learns: by where the samples lie, not by what the losses say.</summary>
public class LearningTests
{
    private const int Modes = 8;
    private const double Radius = 0.7, Deviation = 0.04;

    /// <summary>
    /// A ring of eight Gaussians. A sample is of high quality within three standard deviations of its nearest mode, and
    /// a mode is covered that has at least a quarter of its share of them (PacGAN's definition asks for one sample).
    /// </summary>
    [Theory]
    [InlineData(AdversarialLossKind.NonSaturating)]
    [InlineData(AdversarialLossKind.Minimax)]
    public void The_generator_covers_the_modes_of_a_ring(AdversarialLossKind loss)
    {
        using Device device = Device.Open("cpu");
        MlpPreset preset = Preset.Mlp with
        {
            LatentSize = 16,
            GeneratorUnits = new(64, 64),
            DiscriminatorUnits = new(128, 128),
        };
        TrainingOptions options = new()
        {
            BatchSize = 256,
            Seed = 1,
            Loss = loss,
            GeneratorOptimizer = new AdamOptions(1e-3, 0.5),
            DiscriminatorOptimizer = new AdamOptions(1e-3, 0.5),
        };
        using GanTrainer trainer = new(device, preset, Ring(20_000), options);
        (int modes, double share) before = Coverage(trainer.Generator.Sample(2500));
        trainer.Replay(2000);
        (int modes, double share) after = Coverage(trainer.Generator.Sample(2500));
        Assert.True(
            before.modes < 4 && before.share < 0.2,
            $"The untrained generator already covers {before.modes} modes, {before.share:P0} of its samples in them.");
        // Over five seeds of either loss, with vectors of 128, 256 and 512 bits: 6 to 8 modes, and 76 to 84 %.
        Assert.True(
            after.modes >= Modes / 2 && after.share > 0.6,
            $"{after.modes} of {Modes} modes are covered, {after.share:P0} of the samples lie in them.");
    }

    /// <summary>
    /// Sliced Wasserstein distance of 1,000 samples to the drawn digits. An untrained generator makes noise around
    /// grey; one that only learned the mean image, or whose gradients have a wrong sign, stays above that distance.
    /// </summary>
    [Fact]
    public void Samples_of_the_embedded_digits_come_close_to_them()
    {
        using Device device = Device.Open("cpu");
        DataSet digits = DataSource.Open("digits");
        using GanTrainer trainer = new(
            device, Preset.Mlp, digits,
            new()
            {
                Seed = 1,
                GeneratorOptimizer = new AdamOptions(Beta1: 0.5),
                DiscriminatorOptimizer = new AdamOptions(Beta1: 0.5)
            });
        double before = SlicedWasserstein(trainer.Generator.Sample(1000), digits),
            meanImage = MeanImageDistance(digits);
        trainer.Replay(2000);
        double after = SlicedWasserstein(trainer.Generator.Sample(1000), digits);
        // Over five seeds with vectors of 128, 256 and 512 bits: 0.46 to 0.67 of the mean image's distance, which is
        // 0.54 of that of noise.
        Assert.True(
            after < 0.85 * meanImage && meanImage < 0.75 * before,
            $"The distance went from {before:F4} to {after:F4}; that of the mean image is {meanImage:F4}.");
    }

    private static DataSet Ring(int count)
    {
        byte[] points = new byte[count * 2];
        for (int i = 0; i < count; i++)
        {
            Philox.Block words = Philox.Generate(11, (uint)i, 0, 0);
            double angle = 2 * Math.PI * (words.X % Modes) / Modes;
            double radius = Deviation * Math.Sqrt(-2 * Math.Log(Philox.ToUnitAboveZero(words.Y))),
                turn = 2 * Math.PI * Philox.ToUnit(words.Z);
            points[2 * i] = Byte((Radius * Math.Cos(angle)) + (radius * Math.Cos(turn)));
            points[(2 * i) + 1] = Byte((Radius * Math.Sin(angle)) + (radius * Math.Sin(turn)));
        }

        return DataSet.FromBytes("ring", points, count, 1, 2, 1);

        static byte Byte(double value) => (byte)Math.Clamp(Math.Round((value + 1) * 127.5), 0, 255);
    }

    private static (int Modes, double Share) Coverage(SampleBatch samples)
    {
        int[] hits = new int[Modes];
        ReadOnlySpan<float> points = samples.Values.Span;
        for (int i = 0; i < samples.Count; i++)
        {
            (double x, double y) = (points[2 * i], points[(2 * i) + 1]);
            for (int mode = 0; mode < Modes; mode++)
            {
                double angle = 2 * Math.PI * mode / Modes;
                if (Math.Sqrt(Math.Pow(x - (Radius * Math.Cos(angle)), 2) + Math.Pow(y - (Radius * Math.Sin(angle)), 2))
                    < 3 * Deviation)
                    hits[mode]++;
            }
        }

        return (hits.Count(hit => hit >= samples.Count / Modes / 4), (double)hits.Sum() / samples.Count);
    }

    private static double SlicedWasserstein(SampleBatch samples, DataSet data)
    {
        int size = data.SampleSize;
        float[] real = [.. data.Pixels[..(samples.Count * size)].ToArray().Select(value => (value / 127.5f) - 1f)];
        return Sliced(samples.Values.ToArray(), real, samples.Count, size);
    }

    private static double MeanImageDistance(DataSet data)
    {
        const int count = 1000;
        int size = data.SampleSize;
        float[] real = [.. data.Pixels[..(count * size)].ToArray().Select(value => (value / 127.5f) - 1f)];
        float[] mean = [
            .. Enumerable.Range(0, count * size)
            .Select(i => i < size ? Enumerable.Range(0, count).Average(n => real[(n * size) + i]) : 0f)];
        for (int n = 1; n < count; n++)
            mean.AsSpan(0, size).CopyTo(mean.AsSpan(n * size));
        return Sliced(mean, real, count, size);
    }

    private static double Sliced(float[] a, float[] b, int count, int size)
    {
        const int directions = 64;
        Random random = new(2);
        double total = 0;
        for (int d = 0; d < directions; d++)
        {
            double[] direction = [
                .. Enumerable.Range(0, size)
                .Select(_ =>
                    Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
            double norm = Math.Sqrt(direction.Sum(value => value * value));
            double[] Project(float[] points) =>
                [.. Enumerable.Range(0, count)
                    .Select(n => Dot(points.AsSpan(n * size, size), direction) / norm).Order()];
            total += Project(a).Zip(Project(b), (x, y) => Math.Abs(x - y)).Average() / directions;
        }

        return total;
    }

    private static double Dot(ReadOnlySpan<float> x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
