using System.Buffers.Binary;

namespace GanGpu.Tests.Cli;

/// <summary>An empty folder to run gangpu in, with a small data set beside it; deleted afterwards.</summary>
internal sealed class Workplace : IDisposable
{
    public const int ImageCount = 200;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gangpu-cli-");

    public Workplace()
    {
        Folder = root.CreateSubdirectory("work").FullName;
        DataFile = Path.Combine(root.FullName, "images-idx3-ubyte");
        File.WriteAllBytes(DataFile, Idx(ImageCount));
    }

    /// <summary>Where gangpu runs; empty at first.</summary>
    public string Folder { get; }

    /// <summary>An IDX file of 28 x 28 bright discs on black.</summary>
    public string DataFile { get; }

    /// <summary>Everything in the folder, by relative path with forward slashes, in order.</summary>
    public string[] Entries(string under = ".") =>
        [.. Directory.EnumerateFileSystemEntries(At(under), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(At(under), path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public string At(string path) => Path.Combine(Folder, path);

    public byte[] Read(string path) => File.ReadAllBytes(At(path));

    public void Dispose() => root.Delete(recursive: true);

    private static byte[] Idx(int count)
    {
        const int Side = 28, Header = 16;
        byte[] file = new byte[Header + (count * Side * Side)];
        int[] header = [0x00000803, count, Side, Side];
        for (int i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(i * sizeof(int)), header[i]);
        for (int i = 0; i < count; i++)
        {
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                {
                    int dx = x - 10 - (i % 8), dy = y - 10 - (i / 8 % 8);
                    file[Header + (((i * Side) + y) * Side) + x] = (byte)((dx * dx) + (dy * dy) < 36 ? 230 : 0);
                }
            }
        }

        return file;
    }
}
