using System.Globalization;

namespace GanGpu.Backends;

/// <summary>
/// The bytes a backend has handed out, and a limit to them where one is set: a small device, for tests.
/// </summary>
internal sealed class MemoryBudget(string deviceName, long? limit)
{
    private long used;

    /// <summary>Bytes handed out and not given back.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>What the limit leaves; null where there is none.</summary>
    public long? Left => limit - Used;

    /// <exception cref="DeviceOutOfMemoryException">The limit does not leave so much.</exception>
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
