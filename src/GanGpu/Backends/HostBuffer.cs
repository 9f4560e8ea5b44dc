using System.Runtime.InteropServices;
using GanGpu.Devices;

namespace GanGpu.Backends;

/// <summary>A block of the processor's memory, at a cache line's boundary.</summary>
internal sealed unsafe class HostBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly HostBackend backend;
    private T* pointer;

    public HostBuffer(HostBackend backend, int length)
        : base(length)
    {
        this.backend = backend;
        long bytes = (long)length * sizeof(T);
        try
        {

            pointer = (T*)NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        }
        catch (OutOfMemoryException e)
        {
            throw new DeviceOutOfMemoryException(FormattableString.Invariant($"cpu has not enough memory for a block of {bytes:N0} bytes."), e);
        }

        Interlocked.Increment(ref backend.LiveBufferCount);
    }

    public HostBackend Backend => backend;

    /// <summary>Valid until the buffer is disposed.</summary>
    public T* Pointer => pointer is not null ? pointer : throw new ObjectDisposedException(nameof(HostBuffer<T>));

    public override void CopyFrom(ReadOnlySpan<T> source, int offset = 0) => source.CopyTo(Range(offset, source.Length));

    public override void CopyTo(Span<T> target, int offset = 0) => Range(offset, target.Length).CopyTo(target);

    public override void Dispose()
    {
        if (pointer is null)
            return;
        NativeMemory.AlignedFree(pointer);
        pointer = null;
        Interlocked.Decrement(ref backend.LiveBufferCount);
    }

    private Span<T> Range(int offset, int length)
    {
        if (offset < 0 || length > Length - offset)
            throw new ArgumentException(FormattableString.Invariant($"A copy of {length} elements at {offset} leaves the buffer, which has {Length}."));
        return new(Pointer + offset, length);
    }
}
