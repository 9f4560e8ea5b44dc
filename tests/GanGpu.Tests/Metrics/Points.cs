using GanGpu.Measures;

namespace GanGpu.Tests.Metrics;

/// <summary>Samples to measure; the same for the same seed.</summary>
internal static class Points
{
    /// <summary>Normal numbers of one deviation around one mean.</summary>
    public static FeatureSet Normal(int count, int dimension, ulong seed, double mean = 0, double deviation = 1)
    {
        float[] values = SampleDraw.Normal(count * dimension, seed, use: 99);
        return new FeatureSet(Array.ConvertAll(values, value => (float)(mean + (deviation * value))), count, dimension);
    }

    public static FeatureSet Map(FeatureSet set, Func<float, int, double> map) =>
        new([.. Enumerable.Range(0, set.Count)
            .SelectMany(i => set[i].ToArray().Select((value, j) => (float)map(value, j)))], set.Count, set.Dimension);

    /// <summary>The plain loop that the device's distances are held against.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }
}
