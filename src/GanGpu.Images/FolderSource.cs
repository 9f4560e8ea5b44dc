using System.IO.Enumeration;
using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>The images of a folder and its sub-folders.</summary>
internal sealed class FolderSource : IImageSource
{
    private readonly (string Name, string Path, long Length, long Written)[] files;

    /// <exception cref="DataFormatException">The folder can't be read, or has no image.</exception>
    public FolderSource(string folder)
    {
        Location = folder;
        try
        {
            files =
            [
                .. Files(folder)
                    .Select(path => (Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), File: RegularFile.Target(path)))
                    .OrderBy(found => found.Name, StringComparer.Ordinal)
                    // A link that leads nowhere is a fault of that one image, when it is read.
                    .Select(found => (found.Name, Path.Combine(folder, found.Name), found.File.Exists ? found.File.Length : 0, found.File.LastWriteTimeUtc.Ticks)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(folder, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }

        if (files.Length == 0)
        {
            throw new DataFormatException(folder, IdxFile.FindOther(folder) is not { } idx
                ? $"holds no images: no file in it ends with {ImageNames.AllEndings}, and it has no train-images-idx3-ubyte."
                : $"holds no images and no train-images-idx3-ubyte, but '{idx}'; open that file by its own path, or add the training files.");
        }

        Names = [.. files.Select(file => file.Name)];
    }

    public string Location { get; }

    public IReadOnlyList<string> Names { get; }

    public long EncodedBytes => files.Sum(file => file.Length);

    public IEnumerable<string> Fingerprint => files.Select(file => FormattableString.Invariant($"{file.Name}\n{file.Length}\n{file.Written}"));

    public string PathOf(int index) => files[index].Path;

    public byte[] Read(int index)
    {
        string path = files[index].Path;
        try
        {
            using FileStream stream = RegularFile.OpenRead(path);
            if (stream.Length > ImageDecoding.MostEncodedBytes)
                throw new DataFormatException(path, $"has {stream.Length} bytes, more than an image may have here ({ImageDecoding.MostEncodedBytes}); make it smaller.");
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    public void Dispose()
    {
    }

    /// <summary>All images, those in linked folders too, unless the link leads back to where it lies.</summary>
    private static FileSystemEnumerable<string> Files(string folder) => new(
        Path.GetFullPath(folder), (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && ImageNames.IsImage(Path.GetRelativePath(folder, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/')),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0 || !LeadsBack(entry.ToFullPath()),
    };

    private static bool LeadsBack(string link) =>
        Directory.ResolveLinkTarget(link, returnFinalTarget: true) is { } target
        && (link + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(target.FullName) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
