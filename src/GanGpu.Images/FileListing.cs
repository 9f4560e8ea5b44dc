using System.Globalization;

namespace GanGpu.Images;

/// <summary>The files of a folder or an archive by what they are, found by their names alone.</summary>
internal sealed class FileListing
{
    private readonly SortedDictionary<string, int> leftOut = new(StringComparer.Ordinal),
        others = new(StringComparer.Ordinal);

    private readonly int hidden;

    /// <summary>Sorts files out.</summary>
    /// <param name="names">Relative names with forward slashes, without empty parts and dots.</param>
    /// <param name="isArchive">Whether a folder around everything is to be taken off, as archives often have
    /// one.</param>
    public FileListing(IReadOnlyList<string> names, bool isArchive)
    {
        List<int> images = [];
        int? labels = null;
        for (int i = 0; i < names.Count; i++)
        {
            string name = names[i], file = name[(name.LastIndexOf('/') + 1)..];
            if (ImageNames.IsHiddenPath(name))
                hidden += ImageNames.IsImage(name) ? 1 : 0;
            else if (ImageNames.IsImage(name))
                images.Add(i);
            else if (ImageNames.UnreadableEnding(name) is { } ending)
                leftOut[ending] = leftOut.GetValueOrDefault(ending) + 1;
            else if (file == ImageNames.StyleGanLabels
                && (labels is not { } found || name.Length < names[found].Length))
                labels = i;
            else
                others[Path.GetExtension(file)] = others.GetValueOrDefault(Path.GetExtension(file)) + 1;
        }

        images.Sort((a, b) => string.CompareOrdinal(names[a], names[b]));
        Images = [.. images];
        int common = !isArchive || images.Count == 0 ? 0 : CommonFolder(names[images[0]], names[images[^1]]);
        if (labels is { } at)
        {
            // The names in it begin where it lies, which must be above all images.
            int folder = names[at].Length - ImageNames.StyleGanLabels.Length;
            if (folder <= common && images.Count > 0
                && names[images[0]].StartsWith(names[at][..folder], StringComparison.Ordinal))
                (LabelFile, common) = (labels, folder);
        }

        Names = [.. Images.Select(image => names[image][common..])];
    }

    /// <summary>The images among the names, in ordinal order.</summary>
    public IReadOnlyList<int> Images { get; }

    /// <summary>The images' names, without the folders around everything.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The file with StyleGAN's labels; null where there is none above all images.</summary>
    public int? LabelFile { get; }

    /// <summary>Files that are images of kinds that can't be read, by ending.</summary>
    public IReadOnlyDictionary<string, int> LeftOut => leftOut;

    /// <summary>What is wrong where there are no images, as the rest of a sentence that begins with the
    /// place.</summary>
    public string WithoutImages
    {
        get
        {
            if (leftOut.Count > 0)
                return $"holds no images that can be read, but {Counted(leftOut)}; convert them to PNG.";
            if (hidden > 0)
                return string.Create(CultureInfo.InvariantCulture,
                    $"holds no images but {hidden} in hidden folders, thumbnails or bins; name the folder that has " +
                    $"them.");
            string other = others.Count == 0 ? ""
                : $", but {Counted(others.OrderByDescending(pair => pair.Value).Take(3))}";
            return $"holds no images: no file in it ends with {ImageNames.AllEndings}{other} (hidden folders are not " +
                "looked into).";
        }
    }

    private static string Counted(IEnumerable<KeyValuePair<string, int>> endings) =>
        string.Join(", ",
            endings.Select(pair => FormattableString.Invariant(
            $"{pair.Value} {(pair.Key.Length > 0 ? pair.Key : "without an ending")}")));

    /// <summary>What the first and the last of a sorted list share, all share.</summary>
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
}
