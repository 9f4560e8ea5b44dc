using GanGpu.Kernels.Random;
using GanGpu.Measures;

namespace GanGpu.Modalities.Points;

/// <summary>The data sets of points in the plane that the library draws itself.</summary>
internal static class SyntheticPoints
{
    /// <summary>As many as PacGAN's experiments have.</summary>
    public const int DefaultCount = 100_000;

    public const string SwissRollName = "swissroll";

    public static IReadOnlyList<string> Names { get; } =
        [.. GaussianMixture.All.Select(mixture => mixture.Name), SwissRollName];

    /// <summary>The set of a name; point i of a seed is the same for every count.</summary>
    public static DataSet Draw(string name, int count = DefaultCount, ulong seed = 1)
    {
        if (name == SwissRollName)
        {
            float[] values = new float[2 * count];
            for (int i = 0; i < count; i++)
                (values[2 * i], values[(2 * i) + 1]) = SwissRoll(seed, (uint)i);
            return DataSet.FromValues(name, values, count, 2);
        }

        return Draw(GaussianMixture.All.Single(mixture => mixture.Name == name), count, seed);
    }

    /// <summary>Points of a mixture, likewise.</summary>
    public static DataSet Draw(GaussianMixture mixture, int count, ulong seed)
    {
        float[] values = new float[2 * count];
        byte[] modes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            Philox.Block words = Philox.Generate(seed, (uint)i, 0, RandomStreams.SyntheticPoints);
            modes[i] = (byte)(((ulong)words.Z * (ulong)mixture.Centers.Count) >> 32);
            (double x, double y) = Normal(words);
            (double X, double Y) center = mixture.Centers[modes[i]];
            values[2 * i] = (float)(center.X + (mixture.StandardDeviation * x));
            values[(2 * i) + 1] = (float)(center.Y + (mixture.StandardDeviation * y));
        }

        return new DataSet(mixture.Name, SampleFormat.OfPoints(2), count, modes, values: values) { Origin = mixture };
    }

    /// <summary>
    /// The first and the third coordinate of scikit-learn's make_swiss_roll with noise 0.25, divided by 7.5: t (cos t,
    /// sin t), t uniform on 1.5 π · [1, 3). WGAN-GP's third toy set.
    /// </summary>
    private static (float X, float Y) SwissRoll(ulong seed, uint point)
    {
        Philox.Block words = Philox.Generate(seed, point, 0, RandomStreams.SyntheticPoints);
        double t = 1.5 * Math.PI * (1 + (2.0 * Philox.ToUnit(words.Z)));
        (double x, double y) = Normal(words);
        return ((float)(((t * Math.Cos(t)) + (0.25 * x)) / 7.5), (float)(((t * Math.Sin(t)) + (0.25 * y)) / 7.5));
    }

    /// <summary>Two independent normal numbers from the first two words (Box and Muller 1958).</summary>
    private static (double X, double Y) Normal(Philox.Block words)
    {
        double radius = Math.Sqrt(-2 * Math.Log(Philox.ToUnitAboveZero(words.X))),
            angle = 2 * Math.PI * Philox.ToUnit(words.Y);
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }
}
