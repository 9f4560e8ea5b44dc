using System.Runtime.InteropServices;

namespace GanGpu.Kernels.Host;

/// <summary>
/// A block of memory outside the garbage collector's heap, aligned to a cache line, so that launches can know it by its
/// address. It is freed when it is disposed, or else some time after nobody has it any more.
/// </summary>
internal sealed unsafe class HostMemory : SafeHandle
{
    private const int LineBytes = 64;

    private readonly long bytes;
    private readonly Action<long>? freed;

    /// <param name="bytes">At least so many, not initialised.</param>
    /// <param name="freed">Told the number of bytes once they are given back, on whichever thread that happens.</param>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public HostMemory(long bytes, Action<long>? freed = null)
        : base(0, ownsHandle: true)
    {
        handle = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(LineBytes, bytes), LineBytes);
        this.bytes = bytes;
        this.freed = freed;
        // Without it the collector would see a few small objects, and be in no hurry to find that they are forgotten.
        GC.AddMemoryPressure(Math.Max(1, bytes));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Its beginning, for as long as somebody keeps this object alive and undisposed.</summary>
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
