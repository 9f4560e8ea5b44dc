namespace GanGpu.Backends;

/// <summary>
/// Memory that an action needs while it runs, shared by all of them: they run in order. It grows by doubling, and the smaller
/// blocks are kept, since actions bound earlier use them.
/// </summary>
internal sealed unsafe partial class HostBackend
{
    private readonly List<HostBuffer<float>> scratch = [];

    /// <summary>At least so many floats, at a cache line's beginning; null where none are needed.</summary>
    private float* Scratch(int length)
    {
        if (length == 0)
            return null;
        if (scratch.Count == 0 || scratch[^1].Length < length)
        {
            scratch.Add(new HostBuffer<float>(this, scratch.Count == 0 ? length : (int)Math.Max(length, Math.Min(2L * scratch[^1].Length, int.MaxValue))));
            // It is nobody's buffer.
            Interlocked.Decrement(ref LiveBufferCount);
        }

        return scratch[^1].Address;
    }

    private void FreeScratch()
    {
        foreach (HostBuffer<float> block in scratch)
        {
            Interlocked.Increment(ref LiveBufferCount);
            block.Dispose();
        }

        scratch.Clear();
    }
}
