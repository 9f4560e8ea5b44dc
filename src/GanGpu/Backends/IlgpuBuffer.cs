using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Backends;

/// <summary>
/// A block of an accelerator's memory. Copies go through the backend's stream, in order with its launches. If a buffer
/// is collected, ILGPU frees its memory.
/// </summary>
internal sealed class IlgpuBuffer<T>(IlgpuBackend backend, MemoryBuffer1D<T, Stride1D.Dense> memory)
    : DeviceBuffer<T>((int)memory.Length)
    where T : unmanaged
{
    private readonly long bytes = memory.LengthInBytes;
    private int disposed;

    ~IlgpuBuffer()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
            backend.Forgotten(bytes);
    }

    public IlgpuBackend Backend => backend;

    public ArrayView<T> View => memory.View.BaseView;

    public override void CopyFrom(ReadOnlySpan<T> source, int offset = 0)
    {
        using DeviceTurn turn = backend.Turn(this);
        Check(source.Length, offset);
        if (!source.IsEmpty)
            View.SubView(offset, source.Length).CopyFromCPU(backend.Stream, source);
    }

    public override void CopyTo(Span<T> target, int offset = 0)
    {
        using DeviceTurn turn = backend.Turn(this);
        Check(target.Length, offset);
        if (!target.IsEmpty)
            View.SubView(offset, target.Length).CopyToCPU(backend.Stream, target);
    }

    public override void CopyTo(ArrayView<T> target, int offset = 0)
    {
        using DeviceTurn turn = backend.Turn(this);
        Check(target.IntLength, offset);
        if (target.Length == 0)
            return;
        backend.CheckShared(BufferOf(target));
        // Nothing orders the two streams. If both are waited for, the program need not know that there is another.
        backend.Stream.Accelerator.DefaultStream.Synchronize();
        View.SubView(offset, target.Length).CopyTo(backend.Stream, target);
        backend.Stream.Synchronize();
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        backend.Release(memory);
    }

    private static MemoryBuffer BufferOf<TView>(TView view)
        where TView : IArrayView => view.Buffer;

    private void Check(int length, int offset)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        if (offset < 0 || length > Length - offset)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A copy of {length} elements at {offset} leaves the buffer, which has {Length}."));
    }
}
