namespace GanGpu.Images;

/// <summary>Which files are images, and what their places say of them.</summary>
internal static class ImageNames
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    public static string AllEndings => string.Join(", ", Endings);

    /// <summary>By its ending; the notes that macOS leaves beside each file have that of the file.</summary>
    public static bool IsImage(string name)
    {
        string file = name[(name.LastIndexOf('/') + 1)..];
        return Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !file.StartsWith("._", StringComparison.Ordinal)
            && !name.StartsWith("__MACOSX/", StringComparison.Ordinal);
    }

    /// <summary>Classes by the first sub-folder, in ordinal order; none where an image lies beside the folders or there are too many.</summary>
    public static (byte[] Labels, string[] Classes)? Classes(IReadOnlyList<string> names)
    {
        string[] folders = [.. names.Select(name => name.IndexOf('/', StringComparison.Ordinal) is var end and > 0 ? name[..end] : "")];
        string[] classes = [.. folders.Distinct().Order(StringComparer.Ordinal)];
        if (classes[0].Length == 0 || classes.Length > byte.MaxValue + 1)
            return null;
        Dictionary<string, byte> numbers = classes.Select((name, number) => (name, number)).ToDictionary(pair => pair.name, pair => (byte)pair.number);
        return ([.. folders.Select(folder => numbers[folder])], classes);
    }
}
