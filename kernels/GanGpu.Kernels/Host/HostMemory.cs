using System.Runtime.InteropServices;

namespace GanGpu.Kernels.Host;

/// <summary>
/// A block of memory outside the garbage collector's heap, aligned to a cache line, so that launches can hold its
/// address. It is freed when it is disposed, or by a finalizer some time after the last reference is gone.
/// </summary>
internal sealed unsafe class HostMemory : SafeHandle
{
    private const int LineBytes = 64;

    private readonly long bytes;
    private readonly Action<long>? freed;

    /// <param name="bytes">The minimum size; the memory is not initialised.</param>
    /// <param name="freed">Called with the number of bytes once they are freed, on whichever thread frees them.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public HostMemory(long bytes, Action<long>? freed = null)
        : base(0, ownsHandle: true)
    {
        handle = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(LineBytes, bytes), LineBytes);
        this.bytes = bytes;
        this.freed = freed;
        // Without it the collector would see only a few small objects, and would not hurry to collect them.
        GC.AddMemoryPressure(Math.Max(1, bytes));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The address of the block. It is valid as long as this object is referenced and not disposed.</summary>
    public void* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (void*)handle;
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(1, bytes));
        freed?.Invoke(bytes);
        return true;
    }
}
