using System.IO.Compression;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>
/// The images of a zip archive, read in place: nothing is unpacked to the disk. .NET reads what an entry says it holds;
/// that it holds just that, and with the right CRC-32, is checked here.
/// </summary>
internal sealed class ZipSource : IImageSource
{
    private const int UnixLink = 0xA000, UnixType = 0xF000;

    /// <summary>Small things may pack as well as they like.</summary>
    private const long AlwaysAllowed = 1 << 20;

    private readonly FileInfo file;
    private readonly ZipArchive archive;
    private readonly (ZipArchiveEntry Entry, string Name)[] images;
    private readonly (ZipArchiveEntry Entry, string Name)? labels;

    /// <exception cref="InvalidInputException">It is no zip archive, holds no image, or something that no archive of
    /// images has.</exception>
    public ZipSource(string path, ArchiveLimits? limits = null)
    {
        Location = path;
        limits ??= new ArchiveLimits();
        FileStream? stream = null;
        FileListing listing;
        try
        {
            file = RegularFile.Target(path);
            stream = RegularFile.OpenRead(path);
            List<ZipDirectory.Entry> directory = ZipDirectory.Read(stream, path, limits);
            archive = new ZipArchive(stream, ZipArchiveMode.Read);
            if (archive.Entries.Count != directory.Count)
                throw new DataFormatException(path, FormattableString.Invariant(
                    $"is damaged: it lists {directory.Count} files, but holds {archive.Entries.Count}. Get it again."));
            (listing, images, labels) = Sorted(directory, limits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            stream?.Dispose();
            throw new DataFormatException(
                path, $"can't be read as a zip archive: {e.Message.TrimEnd('.')}; get it again, or unpack it and " +
                    "name the folder.", e);
        }
        catch
        {
            stream?.Dispose();
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

    public byte[] Read(int index) => Read(images[index].Entry, PathOf(index));

    public byte[]? ReadLabels() => labels is { } found ? Read(found.Entry, $"{Location}/{found.Name}") : null;

    public void Dispose() => archive.Dispose();

    private byte[] Read(ZipArchiveEntry entry, string path)
    {
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
            throw new DataFormatException(path, $"is damaged: {e.Message.TrimEnd('.')}; get the archive again.", e);
        }

        if (read < content.Length || more)
            throw new DataFormatException(path,
                $"should have {content.Length} bytes, but has {(more ? "more" : read)}; get the archive again.");
        if (Crc32.Of(content) != entry.Crc32)
            throw new DataFormatException(path,
                "is damaged: its CRC-32 is not the one that the archive says; get the archive again.");
        return content;
    }

    private (FileListing Listing, (ZipArchiveEntry, string)[] Images, (ZipArchiveEntry, string)? Labels) Sorted(
        List<ZipDirectory.Entry> directory, ArchiveLimits limits)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<(ZipArchiveEntry Entry, string Name)> files = [];
        List<int> places = [];
        for (int i = 0; i < directory.Count; i++)
        {
            string name = ArchiveNames.Plain(Location, directory[i].Name);
            if (!seen.Add(directory[i].Identity))
                throw ArchiveNames.Refused(Location, name, "twice");
            if (directory[i].Name.EndsWith('/') || directory[i].Name.EndsWith('\\'))
                continue;
            files.Add((archive.Entries[i], name));
            places.Add(i);
        }

        FileListing listing = new([.. files.Select(one => one.Name)], isArchive: true);
        if (listing.Images.Count == 0)
            throw new DataFormatException(Location, listing.WithoutImages);
        long bytes = 0;
        foreach (int index in listing.LabelFile is { } labelFile ? listing.Images.Append(labelFile) : listing.Images)
        {
            (ZipArchiveEntry entry, string name) = files[index];
            if (((entry.ExternalAttributes >> 16) & UnixType) == UnixLink)
                throw ArchiveNames.Refused(Location, name, "which is a link");
            if (entry.IsEncrypted)
                throw ArchiveNames.Refused(Location, name, "which is encrypted");
            if (ZipDirectory.Unknown(directory[places[index]].Method) is { } method)
                throw new DataFormatException(Location,
                    $"holds '{name}' packed by {method}, which can't be unpacked here; pack the images again by " +
                    "Deflate, or unpack it and name the folder.");
            if (entry.Length > Math.Max(AlwaysAllowed, limits.Ratio * Math.Max(1, entry.CompressedLength))
                || entry.Length > ImageDecoding.MostEncodedBytes)
                throw ArchiveNames.Refused(Location, name, FormattableString.Invariant(
                    $"which would unpack {entry.CompressedLength} bytes to {entry.Length}"));
            bytes += entry.Length;
            if (bytes > limits.Bytes)
                throw new DataFormatException(
                    Location,
                    $"holds more than {limits.Bytes} bytes of images; unpack it, if it is what you expect, and name " +
                    "the folder.");
        }

        return (listing, [.. listing.Images.Select(index => files[index])], listing.LabelFile is { } at ? files[at]
            : null);
    }
}
