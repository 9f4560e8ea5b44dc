using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>
/// A way for bytes to a device that launches do not wait for, nor it for them: host memory that the device reads by
/// itself where it can, and a queue of its own. Unlike the rest of a backend it wants no turn: whoever holds its
/// <see cref="Gate"/> may use it.
/// </summary>
internal abstract class Upload : IDisposable
{
    /// <summary>To be held while the host memory is filled and copied; closing waits for it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Where the bytes are put together.</summary>
    /// <exception cref="ObjectDisposedException">The upload was closed, by its owner or with its device.</exception>
    public abstract Span<byte> Host { get; }

    /// <summary>
    /// Copies the first bytes of <see cref="Host"/> to [offset, offset + length) of a buffer and waits for the copy
    /// alone. Nothing that was issued and has not finished may use that part of the buffer.
    /// </summary>
    public abstract void CopyTo(DeviceBuffer<byte> target, int offset, int length);

    public abstract void Dispose();
}
