using GanGpu.Backends;
using GanGpu.Graph;

namespace GanGpu.Training;

/// <summary>The figures of a network's latest steps, kept on the device until the host asks.</summary>
internal sealed class FigureRing(IBackend backend) : IDisposable
{
    /// <summary>Steps whose figures are kept.</summary>
    public const int Capacity = 1024;

    /// <summary>Bytes of device memory.</summary>
    public const long DeviceBytes = sizeof(float) * Capacity * LogitLoss.FigureCount;

    private readonly float[] host = new float[Capacity * LogitLoss.FigureCount];

    public DeviceBuffer<float> Values { get; } = backend.Allocate<float>(Capacity * LogitLoss.FigureCount);

    /// <summary>
    /// Means over the steps (<paramref name="from"/>, <paramref name="to"/>], counted from 1, at most <see cref="Capacity"/>.
    /// </summary>
    /// <param name="from">The last step before them.</param>
    /// <param name="to">The last of them.</param>
    /// <param name="means">Receives one mean a figure.</param>
    public void Means(long from, long to, Span<double> means)
    {
        Values.CopyTo(host);
        means.Clear();
        for (long step = from + 1; step <= to; step++)
        {
            int offset = (int)((step - 1) % Capacity) * LogitLoss.FigureCount;
            for (int i = 0; i < means.Length; i++)
                means[i] += host[offset + i] / (double)(to - from);
        }
    }

    public void Dispose() => Values.Dispose();
}
