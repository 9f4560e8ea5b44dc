namespace GanGpu.Images;

/// <summary>What files are by their names: images, images of kinds that can't be read, and what a system or a program
/// left there.</summary>
internal static class ImageNames
{
    /// <summary>The name of the file in which StyleGAN's data sets have their labels.</summary>
    public const string StyleGanLabels = "dataset.json";

    private static readonly string[] Endings =
        [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".jfif", ".jpe", ".jif", ".pjpeg", ".pjp", ".mpo", ".apng",
            ".dib"];

    private static readonly HashSet<string> Readable = new(Endings, StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Unreadable = new(StringComparer.OrdinalIgnoreCase)
    {
        ".tif", ".tiff", ".heic", ".heif", ".heics", ".hif", ".avif", ".avifs", ".jxl", ".jp2", ".j2k", ".jpf", ".jpx",
            ".jxr", ".wdp", ".hdp",
        ".svg", ".svgz", ".eps", ".ai", ".psd", ".psb", ".xcf", ".kra", ".tga", ".icb", ".vda", ".exr", ".hdr", ".pnm",
        ".pbm", ".pgm", ".ppm", ".pam", ".pfm",
        ".pcx", ".ico", ".cur", ".icns", ".dds", ".ktx", ".sgi", ".ras", ".xbm", ".xpm", ".wbmp", ".qoi", ".fits",
        ".dcm", ".emf", ".wmf",
        ".raw", ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".orf", ".rw2", ".raf", ".pef",
        ".srw", ".x3f", ".3fr", ".iiq", ".rwl",
    };

    /// <summary>
    /// What systems, file servers and editors keep in folders of the user's: thumbnails, deleted files, notes. All of
    /// them by any case, as Windows and macOS take names.
    /// </summary>
    private static readonly HashSet<string> System = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "@Recycle", "@Recently-Snapshot", "@tmp", "#recycle", "#snapshot", "~snapshot", "__MACOSX",
            "__pycache__",
        "$RECYCLE.BIN", "RECYCLER", "RECYCLED", "System Volume Information", "lost+found", "Network Trash Folder",
        "Temporary Items",
        "Thumbs.db", "ehthumbs.db", "desktop.ini",
    };

    /// <summary>The most usual endings, for messages.</summary>
    public static string AllEndings => string.Join(", ", Endings.Take(6));

    /// <summary>By its ending.</summary>
    public static bool IsImage(string name) => Readable.Contains(Path.GetExtension(name));

    /// <summary>The ending, in lower case, of a file that is an image, but of a kind that can't be read; null for all
    /// others.</summary>
    public static string? UnreadableEnding(string name) =>
        Path.GetExtension(name) is var ending && Unreadable.Contains(ending) ? ending.ToLowerInvariant() : null;

    /// <summary>Whether one part of a path says that nobody put the file there as data: a hidden folder, thumbnails, a
    /// bin.</summary>
    public static bool IsHidden(string part) => part.StartsWith('.') || System.Contains(part);

    /// <summary>Whether any part of a path with forward slashes does.</summary>
    public static bool IsHiddenPath(string name) => name.Split('/').Any(IsHidden);
}
