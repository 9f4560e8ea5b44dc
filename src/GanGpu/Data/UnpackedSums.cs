using System.Security.Cryptography;
using System.Text;

namespace GanGpu.Data;

/// <summary>
/// The SHA-256 of files that came out of a verified archive, so that it can be told later whether they are still the
/// same. The file is one that sha256sum --check takes.
/// </summary>
internal static class UnpackedSums
{
    private const string Name = "SHA256SUMS";

    public static void Write(string folder, IReadOnlyList<(string Name, long Length)> members)
    {
        byte[] sums = Encoding.UTF8.GetBytes(Sums(folder, members));
        AtomicFile.Write(Path.Combine(folder, Name), stream => stream.Write(sums));
    }

    /// <summary>Whether the files are what was written down.</summary>
    public static bool Fit(string folder, IReadOnlyList<(string Name, long Length)> members)
    {
        string path = Path.Combine(folder, Name);
        return File.Exists(path) && File.ReadAllText(path) == Sums(folder, members);
    }

    private static string Sums(string folder, IReadOnlyList<(string Name, long Length)> members) =>
        string.Concat(members.Select(member =>
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, member.Name));
        return $"{Convert.ToHexStringLower(SHA256.HashData(file))}  {member.Name}\n";
    }));
}
