using System.Globalization;
using System.IO.Compression;
using GanGpu.Tests.Support;

namespace GanGpu.Packaging.Tests;

/// <summary>
/// All packages, packed once for all tests, and folders to use them from, which are deleted afterwards.
/// </summary>
public sealed class PackedPackages : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gangpu-packages-");

    public PackedPackages()
    {
        // A version that no other packing has: NuGet takes what it knows by version for the same.
        Version = FormattableString.Invariant($"0.1.0-test.{DateTime.UtcNow:yyyyMMddHHmmssfff}")
            .Replace("test.0", "test.1", StringComparison.Ordinal);
        Sdk.Dotnet(Repository.Root, "pack", "GanGpu.sln", "-c", "Release", "-o", Folder, "-p:Version=" + Version);
    }

    /// <summary>The version that the packages have here.</summary>
    public string Version { get; }

    /// <summary>Where the packages are.</summary>
    public string Folder => Path.Combine(root.FullName, "packages");

    /// <summary>A package's files, by their paths in it.</summary>
    internal Dictionary<string, byte[]> Open(string id, string extension = "nupkg")
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(Folder, $"{id}.{Version}.{extension}"));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using Stream stream = entry.Open();
            MemoryStream content = new();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    /// <summary>
    /// A folder in which the packages are found beside those that the machine gets elsewhere, and which keeps what it
    /// extracts to itself.
    /// </summary>
    internal string Workplace(string name)
    {
        string folder = root.CreateSubdirectory(name).FullName;
        string known = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string fallback = Directory.Exists(known)
            ? $"<fallbackPackageFolders><add key=\"known\" value=\"{known}\" /></fallbackPackageFolders>" : "";
        File.WriteAllText(Path.Combine(folder, "nuget.config"), string.Create(CultureInfo.InvariantCulture, $"""
            <configuration>
              <packageSources><add key="packed" value="{Folder}" /></packageSources>
              <config><add key="globalPackagesFolder" value="extracted" /></config>
              {fallback}
            </configuration>
            """));
        return folder;
    }

    public void Dispose() => root.Delete(recursive: true);
}
