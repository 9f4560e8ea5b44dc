using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>
/// Copies bytes to a device beside its launches, neither waiting for the other: host memory that the device reads by
/// itself if it can, and a separate queue. Unlike the rest of a backend it does not require the turn: the holder of its
/// <see cref="Gate"/> may use it.
/// </summary>
internal abstract class Upload : IDisposable
{
    /// <summary>Must be held while the host memory is filled and copied; closing waits for it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The host memory in which the bytes are assembled.</summary>
    /// <exception cref="ObjectDisposedException">The upload was closed by its owner or with its device.</exception>
    public abstract Span<byte> Host { get; }

    /// <summary>
    /// Copies the first bytes of <see cref="Host"/> to [offset, offset + length) of a buffer and waits for this copy
    /// only. No launch in flight may use that part of the buffer.
    /// </summary>
    public abstract void CopyTo(DeviceBuffer<byte> target, int offset, int length);

    public abstract void Dispose();
}
