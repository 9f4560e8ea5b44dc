using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace GanGpu.Data;

/// <summary>
/// NumPy's archives of arrays (numpy.savez, compressed or not): one array of samples and perhaps one of their classes,
/// known by the names that are usual; those to test on may be there as well.
/// </summary>
internal static class NpzFile
{
    private const string Ending = ".npy";

    private const int MostArrays = 10_000, LocalHeader = 30;

    /// <summary>What arrays of samples, of their classes, and of both to test on are called.</summary>
    private static readonly (string Samples, string[] Classes, string? Tests, string[] TestClasses)[] Names =
    [
        ("x_train", ["y_train"], "x_test", ["y_test"]),
        ("train_images", ["train_labels"], "test_images", ["test_labels"]),
        ("train_data", ["train_labels"], "test_data", ["test_labels"]),
        ("images", ["labels", "label", "y"], null, []),
        ("image", ["labels", "label", "y"], null, []),
        ("imgs", ["labels", "label", "y"], null, []),
        ("x", ["y", "labels", "label"], null, []),
        ("data", ["labels", "label", "target", "y"], null, []),
        ("arr_0", ["arr_1", "labels", "label", "y"], null, []),
    ];

    /// <summary>Whether a zip archive begins with an array; what can't be read is for others to complain of.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            // By the first entry alone: an archive of images may have millions.
            using FileStream file = RegularFile.OpenRead(path);
            byte[] start = new byte[LocalHeader];
            file.ReadExactly(start);
            byte[] name = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(LocalHeader - 4))];
            file.ReadExactly(name);
            return start.AsSpan().StartsWith("PK\u0003\u0004"u8)
                && Encoding.Latin1.GetString(name).EndsWith(Ending, StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DataFormatException)
        {
            return false;
        }
    }

    /// <summary>The samples to train on.</summary>
    /// <exception cref="InvalidInputException">Anything about it is not as it should be.</exception>
    public static DataSet Open(string path) => Open(path, forTests: false)!;

    /// <summary>The samples to test on; null where there are none.</summary>
    /// <exception cref="InvalidInputException">Anything about them is not as it should be.</exception>
    public static DataSet? OpenTests(string path) => Open(path, forTests: true);

    private static bool IsArray(ZipArchiveEntry entry) =>
        entry.FullName.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    private static DataSet? Open(string path, bool forTests)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (archive.Entries.Count > MostArrays)
                throw new DataFormatException(path,
                    $"holds {archive.Entries.Count} arrays; save the images as one, numpy.savez(file, images=a, " +
                    "labels=b).");
            Dictionary<string, ZipArchiveEntry> arrays = new(StringComparer.OrdinalIgnoreCase);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(IsArray))
            {
                if (!arrays.TryAdd(entry.FullName[..^Ending.Length], entry))
                    throw new DataFormatException(path,
                        $"holds the array '{entry.FullName[..^Ending.Length]}' twice; save it again with numpy.savez.");
            }

            foreach ((string samples, string[] classes, string? tests, string[] testClasses) in Names)
            {
                if (arrays.ContainsKey(samples))
                    return forTests ? tests is null || !arrays.ContainsKey(tests) ? null
                        : Of(path, arrays, tests, testClasses) : Of(path, arrays, samples, classes);
            }

            if (forTests)
                return null;
            if (arrays.Count == 1)
                return Of(path, arrays, arrays.Keys.Single(), []);
            string names = string.Join(", ", arrays.Keys.Order(StringComparer.Ordinal).Take(10));
            throw new DataFormatException(path,
                $"holds the arrays {names}{(arrays.Count > 10 ? ", …" : "")}, and none is called as images are; " +
                "save it again: numpy.savez(file, images=a, labels=b).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataFormatException(path,
                $"can't be read as an .npz file: {e.Message.TrimEnd('.')}; get it again.", e);
        }
    }

    private static DataSet Of(string path, Dictionary<string, ZipArchiveEntry> arrays, string samples, string[] classes)
    {
        string? found = Array.Find(classes, arrays.ContainsKey);
        byte[]? labels = found is null ? null : Entry(path, arrays[found], NpyReader.ReadLabels);
        return Entry(path, arrays[samples],
            (array, stream, length) => NpyReader.Read(array, Path.GetFileName(path), stream, length, labels));
    }

    private static T Entry<T>(string path, ZipArchiveEntry entry, Func<string, Stream, long, T> read)
    {
        string name = $"{path}/{entry.FullName}";
        // Deflate can't pack better, so that such a length is a lie; without this it would be allocated.
        if (entry.Length > (entry.CompressedLength + 1) * GzipFile.HighestRatio)
            throw new DataFormatException(name, string.Create(CultureInfo.InvariantCulture,
                $"would unpack {entry.CompressedLength} bytes to {entry.Length}, which is not possible; get the file " +
                $"again."));
        if (entry.IsEncrypted)
            throw new DataFormatException(name, "is encrypted; save it again with numpy.savez.");
        using Stream stream = entry.Open();
        ChecksummedStream content = new(stream);
        T value = read(name, content, entry.Length);
        if (content.ReadByte() >= 0 || content.Crc != entry.Crc32)
            throw new DataFormatException(name,
                "is damaged: its length or CRC-32 is not the one that the archive says; get the file again.");
        return value;
    }

    /// <summary>Sums up what is read through it; .NET does not check the sums of zip archives.</summary>
    private sealed class ChecksummedStream(Stream inner) : ReadOnlyStream
    {
        private uint crc = uint.MaxValue;

        public uint Crc => ~crc;

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            crc = Crc32.Extend(crc, buffer[..read]);
            return read;
        }
    }
}
