using GanGpu.Kernels.Launching;

namespace GanGpu.Backends;

/// <summary>Copies within the processor's own memory, for data that lie nowhere as a whole.</summary>
internal sealed class HostUpload(int bytes) : Upload
{
    private byte[]? host = new byte[bytes];

    public override Span<byte> Host
    {
        get
        {
            ObjectDisposedException.ThrowIf(host is null, this);
            return host;
        }
    }

    public override void CopyTo(DeviceBuffer<byte> target, int offset, int length) =>
        target.CopyFrom(Host[..length], offset);

    public override void Dispose()
    {
        lock (Gate)
            host = null;
    }
}
