using System.Runtime.InteropServices;
using GanGpu.Devices;

namespace GanGpu.Backends;

/// <summary>Host memory outside the garbage collector's heap, aligned to a cache line, so that bound operations can hold its address.</summary>
internal sealed unsafe class HostBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private const int LineBytes = 64;

    private readonly HostBackend backend;
    private T* address;

    public HostBuffer(HostBackend backend, int length)
        : base(length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        this.backend = backend;
        backend.Memory.Take((long)length * sizeof(T));
        nuint bytes = Math.Max(LineBytes, (nuint)length * (nuint)sizeof(T));
        try
        {
            address = (T*)NativeMemory.AlignedAlloc(bytes, LineBytes);
        }
        catch (OutOfMemoryException exception)
        {
            backend.Memory.Give((long)length * sizeof(T));
            throw new DeviceOutOfMemoryException(FormattableString.Invariant($"cpu has not enough memory for a block of {bytes:N0} bytes."), exception);
        }

        Interlocked.Increment(ref backend.LiveBufferCount);
    }

    /// <summary>The first element.</summary>
    public T* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(address == null, this);
            return address;
        }
    }

    public HostBackend Backend => backend;

    public override void CopyFrom(ReadOnlySpan<T> source, int offset = 0) => source.CopyTo(Part(offset, source.Length));

    public override void CopyTo(Span<T> target, int offset = 0) => Part(offset, target.Length).CopyTo(target);

    public override void Dispose()
    {
        if (address == null)
            return;
        NativeMemory.AlignedFree(address);
        address = null;
        backend.Memory.Give((long)Length * sizeof(T));
        Interlocked.Decrement(ref backend.LiveBufferCount);
    }

    private Span<T> Part(int offset, int length) =>
        offset >= 0 && offset <= Length - length
            ? new Span<T>(Address + offset, length)
            : throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{length} elements from {offset} on do not lie in a buffer of {Length}.");
}
