namespace GanGpu.Kernels;

/// <summary>
/// ring[((step − 1) mod slots) · count + i] = figures[i], slots = ring length / count. Overwrites the oldest slot of ring.
/// </summary>
internal static unsafe class FigureRingHost
{
    public static Action Record(uint* step, int count, float* figures, int ringLength, float* ring) =>
        new Recorder(step, count, figures, (uint)(ringLength / count), ring).Invoke;

    private sealed class Recorder(uint* step, int count, float* figures, uint slots, float* ring)
    {
        public void Invoke()
        {
            uint slot = (*step - 1) % slots;
            new ReadOnlySpan<float>(figures, count).CopyTo(new Span<float>(ring + (nint)slot * count, count));
        }
    }
}
