using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>The figures of a network's latest updates, kept on the device until the host asks.</summary>
internal sealed class FigureRing(IBackend backend, int figures) : IDisposable
{
    /// <summary>Updates whose figures are kept.</summary>
    public const int Capacity = TrainingOptions.MostKept;

    private readonly float[] host = new float[Capacity * figures];

    /// <summary>Numbers of an update.</summary>
    public int Figures => figures;

    public DeviceBuffer<float> Values { get; } = backend.Allocate<float>(Capacity * figures);

    /// <summary>Bytes of device memory.</summary>
    public static long DeviceBytes(int figures) => sizeof(float) * (long)Capacity * figures;

    /// <summary>
    /// Means over the updates (<paramref name="from"/>, <paramref name="to"/>], counted from 1, at most
    /// <see cref="Capacity"/>.
    /// </summary>
    /// <param name="from">The last update before them.</param>
    /// <param name="to">The last of them.</param>
    /// <returns>One mean a figure.</returns>
    public double[] Means(long from, long to)
    {
        Values.CopyTo(host);
        double[] means = new double[figures];
        for (long step = from + 1; step <= to; step++)
        {
            int offset = (int)((step - 1) % Capacity) * figures;
            for (int i = 0; i < means.Length; i++)
                means[i] += host[offset + i] / (double)(to - from);
        }

        return means;
    }

    /// <summary>
    /// The first of the updates (<paramref name="from"/>, <paramref name="to"/>] with a figure that is not finite; null
    /// where there is none.
    /// </summary>
    /// <param name="from">The last update before them.</param>
    /// <param name="to">The last of them.</param>
    public long? FirstNotFinite(long from, long to)
    {
        Values.CopyTo(host);
        for (long step = Math.Max(from, to - Capacity) + 1; step <= to; step++)
        {
            foreach (float figure in host.AsSpan((int)((step - 1) % Capacity) * figures, figures))
            {
                if (!float.IsFinite(figure))
                    return step;
            }
        }

        return null;
    }

    public void Dispose() => Values.Dispose();
}
