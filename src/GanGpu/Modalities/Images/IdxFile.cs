using System.Buffers.Binary;
using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>
/// The IDX format of MNIST: two zero bytes, the type (8: unsigned byte), the rank, each dimension as a big-endian
/// 32-bit number, then the values. Source: yann.lecun.com/exdb/mnist. A file may be gzipped; it is told by its first
/// bytes.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 8;

    /// <summary>Reads a file of a known rank whole.</summary>
    /// <exception cref="InvalidInputException">Anything about it is not as it should be.</exception>
    public static (int[] Size, byte[] Values) Read(string path, int rank)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            bool zipped = GzipFile.IsGzip(file);
            using Stream content = zipped ? GzipFile.Open(file, path) : file;
            int headerLength = sizeof(int) * (1 + rank);
            byte[] header = new byte[headerLength];
            int read = content.ReadAtLeast(header, headerLength, throwOnEndOfStream: false);
            if (read < headerLength)
                throw new DataFormatException(
                    path, $"ends after {read} bytes, inside the {headerLength} bytes of an IDX header; get the file " +
                        "again.");
            int[] size = Header(path, header, rank);
            long length = size.Aggregate(1L, (product, dimension) => Product(path, product, dimension));
            // Without this a header could ask for gigabytes that no file backs.
            if (!zipped && file.Length - headerLength != length)
                throw Length(path, size, length, file.Length - headerLength);
            if (zipped && length > file.Length * GzipFile.HighestRatio)
                throw new DataFormatException(
                    path, $"announces {length} bytes, more than {file.Length} bytes of gzip can hold; get the file " +
                        "again.");

            byte[] values = new byte[length];
            read = content.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
            // Reading to the end is also what makes gzip check its sum.
            if (read < length || content.ReadByte() >= 0)
                throw Length(path, size, length, read < length ? read : null);
            return (size, values);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static int[] Header(string path, byte[] header, int rank)
    {
        if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte)
            throw new DataFormatException(
                path, $"is no IDX file of bytes: it begins with {Convert.ToHexString(header, 0, 4)}, not with " +
                    $"0000080{rank}.");
        if (header[3] != rank)
            throw new DataFormatException(
                path, $"is an IDX file with {header[3]} dimensions; " +
                    $"{(rank == 3 ? "images have 3" : "labels have 1")}.");
        int[] size = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            uint dimension = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(sizeof(int) * (i + 1)));
            if (dimension is 0 or > int.MaxValue)
                throw new DataFormatException(
                    path, $"says that its dimension {i + 1} is {dimension}, which no data set has; get the file " +
                        "again.");
            size[i] = (int)dimension;
        }

        return size;
    }

    private static long Product(string path, long product, int dimension) =>
        product * dimension <= Array.MaxLength
            ? product * dimension
            : throw new DataFormatException(
                path, "says that it holds more than 2 GiB, which is more than this version takes; use a part of it.");

    private static DataFormatException Length(string path, int[] size, long expected, long? got) => new(
        path, $"should hold {string.Join(" x ", size)} = {expected} bytes after its header, but holds " +
            $"{(got is null ? "more" : got)}; get the file again.");
}
