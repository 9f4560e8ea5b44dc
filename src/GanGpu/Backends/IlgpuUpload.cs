using GanGpu.Kernels.Launching;
using ILGPU.Runtime;

namespace GanGpu.Backends;

/// <summary>Page-locked memory, if the accelerator has it, and a second stream.</summary>
internal sealed class IlgpuUpload : Upload
{
    private readonly IlgpuBackend backend;
    private readonly AcceleratorStream stream;
    private readonly PageLockedArray1D<byte> host;
    private bool closed;

    public IlgpuUpload(IlgpuBackend backend, Accelerator accelerator, int bytes)
    {
        this.backend = backend;
        host = accelerator.AllocatePageLocked1D<byte>(bytes);
        stream = accelerator.CreateStream();
    }

    public override Span<byte> Host
    {
        get
        {
            ObjectDisposedException.ThrowIf(closed, this);
            return host.Span;
        }
    }

    public override void CopyTo(DeviceBuffer<byte> target, int offset, int length)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (target is not IlgpuBuffer<byte> buffer || buffer.Backend != backend)
            throw new ArgumentException("A buffer passed to an upload belongs to another device.");
        LaunchChecks.Inside(new Slice<byte>(target, offset, length));
        buffer.View.SubView(offset, length).CopyFrom(stream, host.ArrayView.SubView(0, length));
        stream.Synchronize();
    }

    /// <summary>Waits for the current copy. A backend closes those that are still open when it ends.</summary>
    public override void Dispose()
    {
        lock (Gate)
        {
            if (closed)
                return;
            closed = true;
            stream.Dispose();
            host.Dispose();
        }
    }
}
