using System.Buffers.Binary;
using System.Text;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>
/// The directory at a zip archive's end (PKWARE's APPNOTE). .NET reads it too, but hands on no bytes of names, no
/// second names and no way of packing.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22, LongestComment = ushort.MaxValue, LocatorLength = 20, RecordLength = 56,
        EntryLength = 46;

    private const int Utf8Flag = 1 << 11, UnicodePath = 0x7075;

    /// <summary>An entry as the directory has it.</summary>
    /// <param name="Name">Its name, decoded.</param>
    /// <param name="Identity">What no other entry may have: the bytes of its name.</param>
    /// <param name="Method">How it is packed, as APPNOTE numbers the ways.</param>
    public readonly record struct Entry(string Name, string Identity, int Method);

    /// <summary>All entries, in order; leaves the stream at its beginning.</summary>
    /// <exception cref="InvalidInputException">There is none, it is damaged, or has more entries than may be.</exception>
    public static List<Entry> Read(FileStream stream, string location, ArchiveLimits limits)
    {
        (long count, long at) = End(stream, location);
        // Before anything makes an object of each.
        if (count < 0 || count > limits.Entries)
            throw new DataFormatException(location,
                $"says that it holds {(ulong)count} files, more than {limits.Entries}; unpack it, if it is what you " +
                "expect, and name the folder.");
        if (at < 0 || at > stream.Length)
            throw new DataFormatException(location, "is damaged: its directory would lie outside of it. Get it again.");
        List<Entry> entries = [];
        stream.Position = at;
        BufferedStream buffered = new(stream, 1 << 16);
        byte[] fixedPart = new byte[EntryLength];
        for (long i = 0; i < count; i++)
        {
            if (buffered.ReadAtLeast(fixedPart, EntryLength, throwOnEndOfStream: false) < EntryLength
                || !fixedPart.AsSpan().StartsWith("PK\u0001\u0002"u8))
                throw new DataFormatException(location, FormattableString.Invariant(
                    $"is damaged: of {count} files that it should hold {i} are listed. Get it again."));
            byte[] name = new byte[Number(fixedPart, 28)], extra = new byte[Number(fixedPart, 30)],
                comment = new byte[Number(fixedPart, 32)];
            foreach (byte[] part in new[] { name, extra, comment })
                buffered.ReadExactly(part);
            entries.Add(Of(name, extra, Number(fixedPart, 8), Number(fixedPart, 10)));
        }

        stream.Position = 0;
        return entries;
    }

    /// <summary>What a way of packing is called that .NET can't unpack; null for those that it can.</summary>
    public static string? Unknown(int method) => method switch
    {
        0 or 8 or 9 => null,
        1 => "Shrink",
        6 => "Implode",
        12 => "BZip2",
        14 => "LZMA",
        93 or 20 => "Zstandard",
        95 => "XZ",
        96 => "JPEG compression",
        98 => "PPMd",
        _ => FormattableString.Invariant($"method {method}"),
    };

    private static Entry Of(byte[] name, byte[] extra, int flags, int method)
    {
        if (UnicodeName(name, extra) is { } unicode)
            return new(unicode, unicode, method);
        string bytes = Encoding.Latin1.GetString(name);
        return new((flags & Utf8Flag) != 0 ? Encoding.UTF8.GetString(name) : CodePage.Decode(name, CodePage.MsDos),
            bytes, method);
    }

    /// <summary>The name in UTF-8 that Info-ZIP adds where it had to write another; null where there is none for just
    /// this name.</summary>
    private static string? UnicodeName(byte[] name, ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int kind = Number(extra, 0), length = Number(extra, 2);
            extra = extra[4..];
            if (length > extra.Length)
                return null;
            if (kind == UnicodePath && length > 5 && extra[0] == 1
                && BinaryPrimitives.ReadUInt32LittleEndian(extra[1..]) == Crc32.Of(name))
                return Encoding.UTF8.GetString(extra[5..length]);
            extra = extra[length..];
        }

        return null;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static (long Count, long At) End(FileStream stream, string location)
    {
        byte[] tail = new byte[Math.Min(stream.Length, EndLength + LongestComment + LocatorLength)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        int end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || end + EndLength > tail.Length)
            throw new DataFormatException(location,
                "is no zip archive, or was cut off: its end is missing. Get it again.");
        long count = Number(tail, end + 10), at = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if ((count == ushort.MaxValue || at == uint.MaxValue) && end >= LocatorLength
            && tail.AsSpan(end - LocatorLength).StartsWith("PK\u0006\u0007"u8))
        {
            long recordAt = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorLength + 8));
            byte[] record = new byte[RecordLength];
            if (recordAt < 0 || recordAt > stream.Length - record.Length)
                throw new DataFormatException(location,
                    "is damaged: its directory would lie outside of it. Get it again.");
            stream.Position = recordAt;
            stream.ReadExactly(record);
            (count, at) = (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)),
                BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)));
        }

        return (count, at);
    }
}
