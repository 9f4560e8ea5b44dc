using System.Diagnostics;
using ILGPU;

namespace GanGpu.Kernels.Launching;

/// <summary>A block of memory on a device, owned by whoever allocated it.</summary>
[DebuggerDisplay("{Length} x {typeof(T).Name,nq} on a device")]
internal abstract class DeviceBuffer<T>(int length) : IDisposable
    where T : unmanaged
{
    public int Length { get; } = length;

    /// <summary>The whole buffer as a slice.</summary>
    public Slice<T> All => new(this, 0, Length);

    /// <summary>Copies from the host to [offset, offset + source.Length) and waits for it.</summary>
    public abstract void CopyFrom(ReadOnlySpan<T> source, int offset = 0);

    /// <summary>
    /// Waits for the launches issued before, then copies [offset, offset + target.Length) to the host.
    /// </summary>
    public abstract void CopyTo(Span<T> target, int offset = 0);

    /// <summary>
    /// The same into memory that a program allocated on the same ILGPU accelerator. Waits as well for what the program
    /// issued to the accelerator's default stream before.
    /// </summary>
    /// <exception cref="ArgumentException">The memory is of another accelerator, or there is none.</exception>
    /// <exception cref="ObjectDisposedException">The program freed the memory.</exception>
    public abstract void CopyTo(ArrayView<T> target, int offset = 0);

    public abstract void Dispose();
}
