using ILGPU.Runtime;

namespace GanGpu.Backends;

/// <summary>Page-locked memory, where the accelerator knows such, and a second stream.</summary>
internal sealed class IlgpuUpload : Upload
{
    private readonly IlgpuBackend backend;
    private readonly AcceleratorStream stream;
    private readonly PageLockedArray1D<byte> host;
    private bool disposed;

    public IlgpuUpload(IlgpuBackend backend, Accelerator accelerator, int bytes)
    {
        this.backend = backend;
        host = accelerator.AllocatePageLocked1D<byte>(bytes);
        stream = accelerator.CreateStream();
    }

    public override Span<byte> Host => host.Span;

    public override void CopyTo(DeviceBuffer<byte> target, int offset, int length)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (target is not IlgpuBuffer<byte> buffer || buffer.Backend != backend)
            throw new ArgumentException("A buffer passed to an upload belongs to another device.");
        LaunchArguments.Inside(new Slice<byte>(target, offset, length));
        buffer.View.SubView(offset, length).CopyFrom(stream, host.ArrayView.SubView(0, length));
        stream.Synchronize();
    }

    public override void Dispose()
    {
        if (disposed)
            return;
        disposed = true;

        // Stream and memory go with the accelerator, which may be gone already.
        if (backend.IsDisposed)
            return;
        stream.Dispose();
        host.Dispose();
    }
}
