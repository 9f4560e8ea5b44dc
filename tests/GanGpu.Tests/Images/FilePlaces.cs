using System.Formats.Tar;
using System.IO.Compression;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Images;

/// <summary>The same files in a folder, a zip archive, a tar archive and a gzipped one.</summary>
internal static class FilePlaces
{
    public static TheoryData<string> All => ["folder", "zip", "tar", "tar.gz"];

    /// <summary>Writes files, and says by which path they are opened.</summary>
    public static string Write(TempFolder temp, string place, params (string Name, byte[] Content)[] files)
    {
        if (place == "folder")
        {
            foreach ((string name, byte[] content) in files)
                temp.Write("folder/" + name, content);
            return temp.At("folder");
        }

        return temp.Write("archive." + place, place == "zip" ? Zip(files) : place == "tar" ? Tar(files)
            : Gzip(Tar(files)));
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
                writer.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return stream.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream stream = new();
        using (GZipStream zip = new(stream, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(content);
        return stream.ToArray();
    }

    private static byte[] Zip((string Name, byte[] Content)[] files)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
