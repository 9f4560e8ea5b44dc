namespace GanGpu.Images;

/// <summary>How many pixels are decoded at once, by all threads together: a few huge images would take all memory there
/// is.</summary>
internal static class PixelBudget
{
    /// <summary>About 800 MB, as four bytes each.</summary>
    private const long Most = 200_000_000;

    private static readonly object Gate = new();

    private static long taken;

    /// <summary>Waits until there is room; one image has room whatever its size.</summary>
    public static Share Take(long pixels)
    {
        pixels = Math.Min(pixels, Most);
        lock (Gate)
        {
            while (taken + pixels > Most)
                Monitor.Wait(Gate);
            taken += pixels;
        }

        return new Share(pixels);
    }

    /// <summary>What is given back once the image is done.</summary>
    public readonly struct Share(long pixels) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
            {
                taken -= pixels;
                Monitor.PulseAll(Gate);
            }
        }
    }
}
