namespace GanGpu.Kernels;

/// <summary>ring[((step − 1) mod slots) · count + i] = figures[i].</summary>
internal sealed unsafe class FigureRingHost(uint* step, int count, float* figures, int slots, float* ring) : TeamWork
{
    public override void Run(int part, int parts) =>
        new ReadOnlySpan<float>(figures, count).CopyTo(new Span<float>(ring + ((long)((*step - 1) % (uint)slots) * count), count));
}
