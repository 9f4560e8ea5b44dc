using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;
using ILGPU;

namespace GanGpu.Backends;

/// <summary>Host memory outside the garbage collector's heap, so that bound operations can hold its address.</summary>
internal sealed unsafe class HostBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private readonly HostBackend backend;
    private readonly HostMemory memory;

    public HostBuffer(HostBackend backend, int length)
        : base(length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        this.backend = backend;
        long bytes = (long)length * sizeof(T);
        backend.Memory.Take(bytes);
        try
        {
            memory = new HostMemory(bytes, backend.Freed);
        }
        catch (OutOfMemoryException exception)
        {
            backend.Memory.Give(bytes);
            throw new DeviceOutOfMemoryException(
                FormattableString.Invariant($"cpu has not enough memory for a block of {bytes:N0} bytes."), exception);
        }

        Interlocked.Increment(ref backend.LiveBufferCount);
    }

    /// <summary>The first element.</summary>
    public T* Address => (T*)memory.Address;

    public HostBackend Backend => backend;

    public override void CopyFrom(ReadOnlySpan<T> source, int offset = 0)
    {
        using Use use = new(memory);
        source.CopyTo(Part(offset, source.Length));
    }

    public override void CopyTo(Span<T> target, int offset = 0)
    {
        using Use use = new(memory);
        Part(offset, target.Length).CopyTo(target);
    }

    public override void CopyTo(ArrayView<T> target, int offset = 0) => throw new ArgumentException(
        "The device \"cpu\" uses no ILGPU accelerator, so samples can't be left in an accelerator's memory: draw them " +
        "into a span.");

    public override void Dispose() => memory.Dispose();

    private Span<T> Part(int offset, int length) =>
        offset >= 0 && offset <= Length - length
            ? new Span<T>(Address + offset, length)
            : throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"{length} elements from {offset} on do not lie in a buffer of {Length}.");

    /// <summary>Keeps memory alive while it is copied, even if it is disposed meanwhile.</summary>
    private readonly ref struct Use
    {
        private readonly HostMemory memory;

        public Use(HostMemory memory)
        {
            bool added = false;
            memory.DangerousAddRef(ref added);
            this.memory = memory;
        }

        public void Dispose() => memory.DangerousRelease();
    }
}
