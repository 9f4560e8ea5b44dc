namespace GanGpu.Tests.Support;

/// <summary>
/// A stream that goes one way, like one of a network: bytes to be read, a few at a time, or room to be written. It fails
/// a test that closes it.
/// </summary>
internal sealed class OneWayStream(byte[]? toRead = null) : Stream
{
    private const int MostAtOnce = 1000;

    private readonly MemoryStream bytes = toRead is null ? new() : new(toRead);

    /// <summary>All that was written.</summary>
    public byte[] Written => bytes.ToArray();

    /// <summary>Whether all was read.</summary>
    public bool IsAtEnd => bytes.Position == bytes.Length;

    /// <summary>Whether someone closed it.</summary>
    public bool IsClosed { get; private set; }

    public override bool CanRead => toRead is not null;

    public override bool CanSeek => false;

    public override bool CanWrite => toRead is null;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        CanRead ? bytes.Read(buffer, offset, Math.Min(count, MostAtOnce)) : throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => bytes.Write(buffer, offset, count);

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }
}
