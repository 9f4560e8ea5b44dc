using System.IO.Enumeration;
using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu.Images;

/// <summary>The images of a folder and its sub-folders, without what is hidden.</summary>
internal sealed class FolderSource : IImageSource
{
    private readonly (string Path, long Length, long Written)[] files;

    private readonly string? labels;

    /// <exception cref="InvalidInputException">The folder can't be read, or has no image.</exception>
    public FolderSource(string folder)
    {
        Location = folder;
        FileListing listing;
        try
        {
            string[] all = [.. Files(folder).Select(
                path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))];
            listing = new FileListing(all, isArchive: false);
            if (listing.Images.Count == 0)
                throw new DataFormatException(
                    folder, IdxReader.WithoutTraining(folder) ?? listing.WithoutImages);
            labels = listing.LabelFile is { } index ? Path.Combine(folder, all[index]) : null;
            files =
            [
                .. listing.Names.Select(
                    name => (Path: Path.Combine(folder, name), File: RegularFile.Target(Path.Combine(folder, name))))
                    // A link that leads nowhere is a fault of that one image, when it is read.
                    .Select(found => (found.Path, found.File.Exists ? found.File.Length : 0,
                        found.File.LastWriteTimeUtc.Ticks)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(folder, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }

        (Names, LeftOut) = (listing.Names, listing.LeftOut);
    }

    public string Location { get; }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyDictionary<string, int> LeftOut { get; }

    public long EncodedBytes => files.Sum(file => file.Length);

    public IEnumerable<string> Fingerprint =>
        files.Zip(Names, (file, name) => FormattableString.Invariant($"{name}\n{file.Length}\n{file.Written}"));

    public string PathOf(int index) => files[index].Path;

    public byte[] Read(int index) => Read(files[index].Path);

    public byte[]? ReadLabels() => labels is null ? null : Read(labels);

    public void Dispose()
    {
    }

    private static byte[] Read(string path)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path);
            if (stream.Length > ImageDecoding.MostEncodedBytes)
                throw new DataFormatException(
                    path, $"has {stream.Length} bytes, more than an image may have here " +
                        $"({ImageDecoding.MostEncodedBytes}); make it smaller.");
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>All files, those in linked folders too, unless the link leads back to where it lies; none of folders
    /// that are hidden.</summary>
    private static FileSystemEnumerable<string> Files(string folder) => new(
        Path.GetFullPath(folder), (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = 0,
            IgnoreInaccessible = false,
        })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !ImageNames.IsHidden(entry.FileName.ToString())
            && ((entry.Attributes & FileAttributes.ReparsePoint) == 0 || !LeadsBack(entry.ToFullPath())),
    };

    private static bool LeadsBack(string link) =>
        Directory.ResolveLinkTarget(link, returnFinalTarget: true) is { } target
        && (link + Path.DirectorySeparatorChar)
            .StartsWith(
                Path.TrimEndingDirectorySeparator(target.FullName) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal);
}
