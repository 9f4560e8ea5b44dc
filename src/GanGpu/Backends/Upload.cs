namespace GanGpu.Backends;

/// <summary>
/// A way for bytes to a device that launches do not wait for, nor it for them: host memory that the device reads by itself
/// where it can, and a queue of its own. Unlike the rest of a backend it may be used from any thread, one at a time.
/// </summary>
internal abstract class Upload : IDisposable
{
    /// <summary>Where the bytes are put together.</summary>
    public abstract Span<byte> Host { get; }

    /// <summary>
    /// Copies the first bytes of <see cref="Host"/> to [offset, offset + length) of a buffer and waits for the copy alone. Nothing
    /// that was issued and has not finished may use that part of the buffer.
    /// </summary>
    public abstract void CopyTo(DeviceBuffer<byte> target, int offset, int length);

    public abstract void Dispose();
}
