using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// ring[((step − 1) mod slots) · figures.Length + i] = figures[i], slots = ring.Length / figures.Length: the figures of the
/// latest steps wait on the device until the host asks. Overwrites one slot of the ring.
/// </summary>
internal sealed class FigureRingGpu(KernelLoader loader)
{
    /// <summary>One thread per figure.</summary>
    public static void RecordKernel(int count, int slots, ArrayView<uint> step, ArrayView<float> figures, ArrayView<float> ring)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        int slot = (int)((step[0] - 1u) % (uint)slots);
        if (i < count)
            ring[slot * count + i] = figures[i];
    }

    public Action Bind(AcceleratorStream stream, ArrayView<uint> step, ArrayView<float> figures, ArrayView<float> ring)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<uint>, ArrayView<float>, ArrayView<float>>>(RecordKernel);
        int count = figures.IntLength, slots = ring.IntLength / count;
        KernelConfig config = new((count + GroupSize - 1) / GroupSize, GroupSize);
        return () => launch(stream, config, count, slots, step, figures, ring);
    }

    private const int GroupSize = 32;
}
