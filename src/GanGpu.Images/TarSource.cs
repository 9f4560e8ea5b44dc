using System.Formats.Tar;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>
/// The images of a tar archive, gzipped or not; nothing is unpacked to the disk. A gzipped one can only be read from
/// its beginning, so that its images are kept in memory as they are encoded.
/// </summary>
internal sealed class TarSource : IImageSource
{
    private const int BlockLength = 512;

    private readonly FileInfo file;
    private readonly FileStream stream;
    private readonly (string Name, long At, long Length, byte[]? Content)[] images;
    private readonly (string Name, long At, long Length, byte[]? Content)? labels;

    /// <exception cref="InvalidInputException">It is no tar archive, holds no image, or something that no archive of
    /// images has.</exception>
    public TarSource(string path, ArchiveLimits? limits = null)
    {
        Location = path;
        FileListing listing;
        FileStream? opened = null;
        try
        {
            file = RegularFile.Target(path);
            opened = stream = RegularFile.OpenRead(path);
            (listing, images, labels) = Sorted(limits ?? new ArchiveLimits());
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException
                or ArgumentException or OverflowException or NotSupportedException or InvalidOperationException)
        {
            opened?.Dispose();
            throw new DataFormatException(path,
                $"can't be read as a tar archive: {e.Message.TrimEnd('.')}; get it again, or unpack it and name the " +
                "folder.", e);
        }
        catch
        {
            opened?.Dispose();
            throw;
        }

        (Names, LeftOut) = (listing.Names, listing.LeftOut);
    }

    public string Location { get; }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyDictionary<string, int> LeftOut { get; }

    public long EncodedBytes => file.Length;

    public IEnumerable<string> Fingerprint =>
        [FormattableString.Invariant($"{file.Length}\n{file.LastWriteTimeUtc.Ticks}")];

    public string PathOf(int index) => $"{Location}/{images[index].Name}";

    public byte[] Read(int index) => Read(images[index]);

    public byte[]? ReadLabels() => labels is { } found ? Read(found) : null;

    public void Dispose() => stream.Dispose();

    private byte[] Read((string Name, long At, long Length, byte[]? Content) entry)
    {
        if (entry.Content is not null)
            return entry.Content;
        byte[] content = new byte[entry.Length];
        long done = 0;
        try
        {
            // At a place of its own, so that several threads may read at once.
            while (done < content.Length
                && RandomAccess.Read(stream.SafeFileHandle, content.AsSpan((int)done),
                entry.At + done) is > 0 and var read)
                done += read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException($"{Location}/{entry.Name}", $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }

        return done == content.Length ? content
            : throw new DataFormatException($"{Location}/{entry.Name}",
            $"should have {content.Length} bytes, but has {done}; get the archive again.");
    }

    private (FileListing Listing, (string, long, long, byte[]?)[] Images, (string, long, long, byte[]?)? Labels) Sorted(
        ArchiveLimits limits)
    {
        bool zipped = GzipFile.IsGzip(stream);
        using Stream? unpacked = zipped ? GzipFile.Open(stream, Location) : null;
        using TarReader reader = new(unpacked ?? stream, leaveOpen: true);
        List<(string Name, long At, long Length, byte[]? Content)> files = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        long bytes = 0, count = 0;
        while (reader.GetNextEntry(copyData: false) is { } entry)
        {
            if (++count > limits.Entries)
                throw new DataFormatException(Location,
                    $"holds more than {limits.Entries} files; unpack it, if it is what you expect, and name the " +
                    "folder.");
            string name = ArchiveNames.Plain(Location, entry.Name);
            bool wanted = (ImageNames.IsImage(name)
                || name.EndsWith(ImageNames.StyleGanLabels, StringComparison.Ordinal))
                && !ImageNames.IsHiddenPath(name);
            if (wanted && entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                throw ArchiveNames.Refused(Location, name, "which is a link");
            if (entry.EntryType is not (
                TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
                continue;
            byte[]? content = null;
            if (wanted)
            {
                if (entry.Length > ImageDecoding.MostEncodedBytes)
                    throw new DataFormatException($"{Location}/{name}",
                        $"has {entry.Length} bytes, more than an image may have here " +
                        $"({ImageDecoding.MostEncodedBytes}); make it smaller.");
                bytes += entry.Length;
                if (bytes > (zipped ? limits.KeptBytes : limits.Bytes))
                    throw new DataFormatException(Location,
                        $"holds more than {(zipped ? limits.KeptBytes : limits.Bytes)} bytes of images; unpack it, " +
                        $"if it is what you expect, and name the {(zipped ? ".tar or the " : "")}folder.");
                if (!zipped && entry.DataOffset + entry.Length > stream.Length)
                    throw new DataFormatException(Location, $"was cut off inside of '{name}'; get it again.");
                content = zipped ? Content(entry, name) : null;
            }

            // What was added later under the same name takes the place of the earlier, as it does where tar unpacks it.
            (string, long, long, byte[]?) found = (name, zipped || entry.Length == 0 ? 0 : entry.DataOffset,
                entry.Length, content);
            if (places.TryGetValue(name, out int place))
            {
                files[place] = found;
            }
            else
            {
                places[name] = files.Count;
                files.Add(found);
            }
        }

        CheckEnd(unpacked);
        FileListing listing = new([.. files.Select(one => one.Name)], isArchive: true);
        if (listing.Images.Count == 0)
            throw new DataFormatException(Location, listing.WithoutImages);
        return (listing, [.. listing.Images.Select(index => files[index])], listing.LabelFile is { } at ? files[at]
            : null);
    }

    private byte[] Content(TarEntry entry, string name)
    {
        if (entry.DataStream is not { } data)
            return [];
        // Grows with what is really there, whatever length was announced.
        using MemoryStream content = new();
        data.CopyTo(content);
        return content.Length == entry.Length ? content.ToArray()
            : throw new DataFormatException(Location, $"was cut off inside of '{name}'; get it again.");
    }

    /// <summary>A tar archive ends with blocks of zeros, so that one which was cut between two files can be told; gzip
    /// has its own sum.</summary>
    private void CheckEnd(Stream? unpacked)
    {
        if (unpacked is not null)
        {
            byte[] rest = new byte[1 << 16];
            while (unpacked.Read(rest) > 0)
            {
                // Only to have the sum checked.
            }

            return;
        }

        byte[] end = new byte[BlockLength];
        if (stream.Length < end.Length
            || RandomAccess.Read(stream.SafeFileHandle, end, stream.Length - end.Length) < end.Length
            || end.AsSpan().ContainsAnyExcept((byte)0))
            throw new DataFormatException(Location, "was cut off: it does not end as tar archives do; get it again.");
    }
}
