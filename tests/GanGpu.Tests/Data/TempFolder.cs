namespace GanGpu.Tests.Data;

/// <summary>An empty folder, deleted afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gangpu-data-");

    public string Folder => root.FullName;

    public string At(string path) => Path.Combine(root.FullName, path);

    public string Write(string path, byte[] content)
    {
        string file = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    /// <summary>Everything in it, by relative path, in order.</summary>
    public string[] Entries() =>
        [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
            .Select(entry => Path.GetRelativePath(Folder, entry)).Order(StringComparer.Ordinal)];

    public void Dispose() => root.Delete(recursive: true);
}
