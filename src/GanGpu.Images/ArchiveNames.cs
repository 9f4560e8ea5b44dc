using GanGpu.Data;

namespace GanGpu.Images;

/// <summary>Names of entries of archives, which may be anything.</summary>
internal static class ArchiveNames
{
    /// <summary>
    /// A name with forward slashes, without empty parts and dots. Windows writes backslashes (.NET before 4.6.1, and
    /// with it Compress-Archive); a colon is a letter like others, since nothing is unpacked.
    /// </summary>
    /// <exception cref="InvalidInputException">It leads out of the archive.</exception>
    public static string Plain(string location, string name)
    {
        string[] parts = name.Replace('\\', '/').Split('/');
        bool hasDrive = parts.Length > 1 && parts[0] is [var letter, ':'] && char.IsAsciiLetter(letter);
        if (parts.Contains("..") || hasDrive || (parts.Length > 1 && parts[0].Length == 0))
            throw Refused(location, name, "which leads out of the archive");
        return string.Join('/', parts.Where(part => part is not ("" or ".")));
    }

    public static DataFormatException Refused(string location, string name, string why) =>
        new(location,
            $"holds '{(name.Length > 100 ? name[..100] + "…" : name)}' {why}; no archive of images should. Get " +
            "another, or unpack it yourself and name the folder.");
}
