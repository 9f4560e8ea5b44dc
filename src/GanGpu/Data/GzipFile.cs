using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace GanGpu.Data;

/// <summary>
/// Reading gzip (RFC 1952) with the checks that GZipStream leaves out: it takes a file that was cut off for a shorter
/// one. A file is one member or several, and perhaps zeros after them; of each member the length and the CRC-32 of what
/// was unpacked must be those that it ends with.
/// </summary>
internal static class GzipFile
{
    /// <summary>Deflate packs at most 1,032 to 1.</summary>
    public const long HighestRatio = 1032;

    private const int ShortestHeader = 10, TrailerLength = 8, ShortestFile = 18;

    /// <summary>DeflateStream reads so many bytes at once, and may have read as many too far where a member
    /// ends.</summary>
    private const int ReadAhead = 1 << 16;

    private const int HasHeaderCrc = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0, Deflate = 8;

    /// <summary>Whether the file begins as gzip does; leaves it at its beginning.</summary>
    public static bool IsGzip(FileStream file)
    {
        bool zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return zipped;
    }

    /// <summary>The unpacked content; reading past its end throws if it was not all there.</summary>
    /// <exception cref="InvalidInputException">The file is too short to be gzip.</exception>
    public static Stream Open(FileStream file, string path)
    {
        if (file.Length < ShortestFile)
            throw new DataFormatException(path, $"has {file.Length} bytes, too few for gzip; get the file again.");
        file.Position = 0;
        return new Members(file, path);
    }

    private sealed class Members(FileStream file, string path) : ReadOnlyStream
    {
        private DeflateStream? member;
        private uint crc, length;
        private long unpacked, begun;
        private bool ended;

        public override int Read(Span<byte> buffer)
        {
            while (!ended && buffer.Length > 0)
            {
                if (member is null)
                {
                    SkipHeader();
                    begun = file.Position;
                    (member, crc, length) = (new DeflateStream(file, CompressionMode.Decompress, leaveOpen: true),
                        uint.MaxValue, 0);
                }

                int read = member.Read(buffer);
                if (read > 0)
                {
                    crc = Crc32.Extend(crc, buffer[..read]);
                    (length, unpacked) = (unchecked(length + (uint)read), unpacked + read);
                    return read;
                }

                member.Dispose();
                member = null;
                FindTrailer();
            }

            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                member?.Dispose();
                file.Dispose();
            }

            base.Dispose(disposing);
        }

        private void SkipHeader()
        {
            Span<byte> header = stackalloc byte[ShortestHeader];
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || header[0] != 0x1F
                || header[1] != 0x8B || header[2] != Deflate || (header[3] & Reserved) != 0)
                throw Damaged();
            int flags = header[3];
            if ((flags & HasExtra) != 0)
            {
                Span<byte> extra = stackalloc byte[2];
                if (file.ReadAtLeast(extra, extra.Length, throwOnEndOfStream: false) < extra.Length)
                    throw Damaged();
                file.Position += BinaryPrimitives.ReadUInt16LittleEndian(extra);
            }

            // Names and comments end with a zero.
            for (int texts = ((flags & HasName) != 0 ? 1 : 0) + ((flags & HasComment) != 0 ? 1 : 0); texts > 0; texts--)
            {
                int read;
                do
                    read = file.ReadByte();
                while (read > 0);
                if (read < 0)
                    throw Damaged();
            }

            if ((flags & HasHeaderCrc) != 0)
                file.Position += 2;
            // What was skipped may not have been there.
            if (file.Position >= file.Length)
                throw Damaged();
        }

        /// <summary>
        /// Where the member ended is known to nobody but the unpacker, which has read ahead. But the eight bytes that a
        /// member with this content must end with are known, and can be looked for in what was read last.
        /// </summary>
        private void FindTrailer()
        {
            byte[] trailer = new byte[TrailerLength];
            BinaryPrimitives.WriteUInt32LittleEndian(trailer, ~crc);
            BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), length);
            long from = Math.Max(begun, file.Position - ReadAhead);
            byte[] last = new byte[Math.Min(file.Length, file.Position + TrailerLength) - from];
            file.Position = from;
            file.ReadExactly(last);
            for (int at = 0, found; (found = last.AsSpan(at).IndexOf(trailer)) >= 0; at += found + 1)
            {
                // An empty member ends with zeros, and its content does as well: what follows tells where it ends.
                file.Position = from + at + found + TrailerLength;
                ended = OnlyZerosFollow();
                if (ended || MemberFollows())
                    return;
            }

            throw Damaged();
        }

        /// <summary>Whether another member begins here; leaves the file where it is.</summary>
        private bool MemberFollows()
        {
            long at = file.Position;
            Span<byte> start = stackalloc byte[3];
            bool follows = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
                && start.SequenceEqual((byte[])[0x1F, 0x8B, Deflate]);
            file.Position = at;
            return follows;
        }

        /// <summary>Whether the file ends here, but for zeros that fill up a block of a tape or a disk; leaves it where
        /// it is.</summary>
        private bool OnlyZerosFollow()
        {
            long at = file.Position;
            byte[] rest = new byte[1 << 12];
            int read;
            while ((read = file.Read(rest)) > 0)
            {
                if (rest.AsSpan(0, read).ContainsAnyExcept((byte)0))
                {
                    file.Position = at;
                    return false;
                }
            }

            return true;
        }

        private DataFormatException Damaged() =>
            new(path, string.Create(CultureInfo.InvariantCulture,
            $"is damaged or was cut off: {unpacked} bytes were unpacked, and their length or checksum is not what " +
            $"its end says; get the file again."));
    }
}
