using System.Globalization;

namespace GanGpu.Backends;

/// <summary>The bytes that a backend has allocated, and an optional limit: a small device, for tests.</summary>
internal sealed class MemoryBudget(string deviceName, long? limit)
{
    private long used;

    /// <summary>Bytes that are allocated and not freed.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Bytes left under the limit; null without a limit.</summary>
    public long? Left => limit - Used;

    /// <exception cref="DeviceOutOfMemoryException">The limit does not leave that much.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= (limit ?? long.MaxValue))
            return;
        Give(bytes);
        throw new DeviceOutOfMemoryException(
            string.Create(CultureInfo.InvariantCulture,
                $"{deviceName} has not enough memory for a block of {bytes:N0} bytes: {Left:N0} of {limit:N0} are " +
                $"free."));
    }

    public void Give(long bytes) => Interlocked.Add(ref used, -bytes);
}
