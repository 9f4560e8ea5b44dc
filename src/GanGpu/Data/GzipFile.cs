using System.Buffers.Binary;
using System.IO.Compression;

namespace GanGpu.Data;

/// <summary>
/// Reading gzip with the check that GZipStream leaves out: it takes a file that was cut off for a shorter one. The length and
/// the CRC-32 of what was unpacked must be those of the file's last eight bytes (RFC 1952).
/// </summary>
internal static class GzipFile
{
    /// <summary>Deflate packs at most 1,032 to 1.</summary>
    public const long HighestRatio = 1032;

    private const int TrailerLength = 8;

    /// <summary>Whether the file begins as gzip does; leaves it at its beginning.</summary>
    public static bool IsGzip(FileStream file)
    {
        bool zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return zipped;
    }

    /// <summary>The unpacked content; reading past its end throws if it was not all there.</summary>
    /// <exception cref="DataFormatException">The file is too short to be gzip.</exception>
    public static Stream Open(FileStream file, string path)
    {
        if (file.Length < 18)
            throw new DataFormatException(path, $"has {file.Length} bytes, too few for gzip; get the file again.");
        Span<byte> trailer = stackalloc byte[TrailerLength];
        file.Position = file.Length - TrailerLength;
        file.ReadExactly(trailer);
        file.Position = 0;
        return new CheckedStream(new GZipStream(file, CompressionMode.Decompress), path, BinaryPrimitives.ReadUInt32LittleEndian(trailer), BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]));
    }

    private sealed class CheckedStream(Stream inner, string path, uint expectedCrc, uint expectedLength) : Stream
    {
        private uint crc = uint.MaxValue, length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            crc = Crc32.Extend(crc, buffer[..read]);
            length = unchecked(length + (uint)read);
            if (read == 0 && buffer.Length > 0 && (~crc != expectedCrc || length != expectedLength))
                throw new DataFormatException(path, $"is damaged or was cut off: {length} bytes were unpacked, and their length or checksum is not what its end says; get the file again.");
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
