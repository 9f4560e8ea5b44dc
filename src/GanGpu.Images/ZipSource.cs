using System.Buffers.Binary;
using System.IO.Compression;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>
/// The images of a zip archive, read in place: nothing is unpacked to the disk. .NET reads what an entry says it holds; that it
/// holds just that, and with the right CRC-32, is checked here.
/// </summary>
internal sealed class ZipSource : IImageSource
{
    private const int EndLength = 22, LongestComment = ushort.MaxValue, LocatorLength = 20, UnixLink = 0xA000, UnixType = 0xF000;

    /// <summary>Small things may pack as well as they like.</summary>
    private const long AlwaysAllowed = 1 << 20;

    private readonly FileInfo file;
    private readonly ZipArchive archive;
    private readonly ZipArchiveEntry[] entries;

    /// <exception cref="DataFormatException">It is no zip archive, holds no image, or something that no archive of images has.</exception>
    public ZipSource(string path, ZipLimits? limits = null)
    {
        Location = path;
        limits ??= new ZipLimits();
        FileStream? stream = null;
        try
        {
            file = RegularFile.Target(path);
            stream = RegularFile.OpenRead(path);
            CheckCount(stream, limits);
            archive = new ZipArchive(stream, ZipArchiveMode.Read);
            (entries, Names) = Images(limits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            stream?.Dispose();
            throw new DataFormatException(path, $"can't be read as a zip archive: {e.Message.TrimEnd('.')}; get it again, or unpack it and name the folder.", e);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    public string Location { get; }

    public IReadOnlyList<string> Names { get; }

    public long EncodedBytes => file.Length;

    public IEnumerable<string> Fingerprint => [FormattableString.Invariant($"{file.Length}\n{file.LastWriteTimeUtc.Ticks}")];

    public string PathOf(int index) => $"{Location}/{entries[index].FullName}";

    public byte[] Read(int index)
    {
        ZipArchiveEntry entry = entries[index];
        byte[] content = new byte[entry.Length];
        int read;
        bool more;
        try
        {
            // The archive has one position in its file.
            lock (archive)
            {
                using Stream stream = entry.Open();
                read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
                more = stream.ReadByte() >= 0;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new DataFormatException(PathOf(index), $"is damaged: {e.Message.TrimEnd('.')}; get the archive again.", e);
        }

        if (read < content.Length || more)
            throw new DataFormatException(PathOf(index), $"should have {content.Length} bytes, but has {(more ? "more" : read)}; get the archive again.");
        if (Crc32.Of(content) != entry.Crc32)
            throw new DataFormatException(PathOf(index), "is damaged: its CRC-32 is not the one that the archive says; get the archive again.");
        return content;
    }

    public void Dispose() => archive.Dispose();

    private (ZipArchiveEntry[] Entries, IReadOnlyList<string> Names) Images(ZipLimits limits)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<ZipArchiveEntry> images = [];
        long bytes = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName;
            if (name.Contains('\\', StringComparison.Ordinal) || name.StartsWith('/') || name.Contains(':', StringComparison.Ordinal) || name.Split('/').Contains(".."))
                throw Refused(name, "which leads out of the archive");
            if (!seen.Add(name))
                throw Refused(name, "twice");
            if (!ImageNames.IsImage(name))
                continue;
            if (((entry.ExternalAttributes >> 16) & UnixType) == UnixLink)
                throw Refused(name, "which is a link");
            if (entry.IsEncrypted)
                throw Refused(name, "which is encrypted");
            if (entry.Length > Math.Max(AlwaysAllowed, limits.Ratio * Math.Max(1, entry.CompressedLength)) || entry.Length > ImageDecoding.MostEncodedBytes)
                throw Refused(name, FormattableString.Invariant($"which would unpack {entry.CompressedLength} bytes to {entry.Length}"));
            bytes += entry.Length;
            if (bytes > limits.Bytes)
                throw new DataFormatException(Location, $"holds more than {limits.Bytes} bytes of images; unpack it, if it is what you expect, and name the folder.");
            images.Add(entry);
        }

        if (images.Count == 0)
            throw new DataFormatException(Location, $"holds no images: no file in it ends with {ImageNames.AllEndings}.");
        images.Sort((a, b) => string.CompareOrdinal(a.FullName, b.FullName));
        int common = CommonFolder(images[0].FullName, images[^1].FullName);
        return ([.. images], [.. images.Select(entry => entry.FullName[common..])]);
    }

    /// <summary>Archives often have one folder around everything, which is no class. What the first and the last of a sorted list share, all share.</summary>
    private static int CommonFolder(string first, string last)
    {
        int end = 0;
        for (int i = 0; i < Math.Min(first.Length, last.Length) && first[i] == last[i]; i++)
        {
            if (first[i] == '/')
                end = i + 1;
        }

        return end;
    }

    private DataFormatException Refused(string name, string why) =>
        new(Location, $"holds '{(name.Length > 100 ? name[..100] + "…" : name)}' {why}; no archive of images should. Get another, or unpack it yourself and name the folder.");

    /// <summary>The number of entries is at the archive's end, and told before .NET makes an object for each.</summary>
    private void CheckCount(FileStream stream, ZipLimits limits)
    {
        byte[] tail = new byte[Math.Min(stream.Length, EndLength + LongestComment + LocatorLength)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        stream.Position = 0;
        int end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || end + EndLength > tail.Length)
            throw new DataFormatException(Location, "is no zip archive, or was cut off: its end is missing. Get it again.");
        long count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        if (count == ushort.MaxValue && end >= LocatorLength && tail.AsSpan(end - LocatorLength).StartsWith("PK\u0006\u0007"u8))
        {
            long at = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorLength + 8));
            byte[] record = new byte[56];
            if (at < 0 || at > stream.Length - record.Length)
                throw new DataFormatException(Location, "is damaged: its directory would lie outside of it. Get it again.");
            stream.Position = at;
            stream.ReadExactly(record);
            stream.Position = 0;
            count = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32));
        }

        if (count < 0 || count > limits.Entries)
            throw new DataFormatException(Location, $"says that it holds {(ulong)count} files, more than {limits.Entries}; unpack it, if it is what you expect, and name the folder.");
    }
}
