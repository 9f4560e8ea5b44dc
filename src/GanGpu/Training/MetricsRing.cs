using GanGpu.Backends;
using GanGpu.Kernels.Launching;

namespace GanGpu.Training;

/// <summary>The metrics of a network's latest updates, which stay on the device until the host asks for them.</summary>
internal sealed class MetricsRing(IBackend backend, int metrics) : IDisposable
{
    /// <summary>Number of updates that the ring holds.</summary>
    public const int Capacity = TrainingOptions.MostKept;

    private readonly float[] host = new float[Capacity * metrics];

    /// <summary>Number of metrics of an update.</summary>
    public int Metrics => metrics;

    public DeviceBuffer<float> Values { get; } = backend.Allocate<float>(Capacity * metrics);

    /// <summary>Bytes of device memory.</summary>
    public static long DeviceBytes(int metrics) => sizeof(float) * (long)Capacity * metrics;

    /// <summary>
    /// Means over the updates (<paramref name="from"/>, <paramref name="to"/>], counted from 1, at most
    /// <see cref="Capacity"/>.
    /// </summary>
    /// <param name="from">The last update before them.</param>
    /// <param name="to">The last of them.</param>
    /// <returns>The mean of each metric.</returns>
    public double[] Means(long from, long to)
    {
        Values.CopyTo(host);
        double[] means = new double[metrics];
        for (long step = from + 1; step <= to; step++)
        {
            int offset = (int)((step - 1) % Capacity) * metrics;
            for (int i = 0; i < means.Length; i++)
                means[i] += host[offset + i] / (double)(to - from);
        }

        return means;
    }

    /// <summary>
    /// The first of the updates (<paramref name="from"/>, <paramref name="to"/>] with a metric that is not finite; null
    /// if there is none.
    /// </summary>
    /// <param name="from">The last update before them.</param>
    /// <param name="to">The last of them.</param>
    public long? FirstNotFinite(long from, long to)
    {
        Values.CopyTo(host);
        for (long step = Math.Max(from, to - Capacity) + 1; step <= to; step++)
        {
            foreach (float metric in host.AsSpan((int)((step - 1) % Capacity) * metrics, metrics))
            {
                if (!float.IsFinite(metric))
                    return step;
            }
        }

        return null;
    }

    public void Dispose() => Values.Dispose();
}
