using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace GanGpu.Data;

/// <summary>
/// Reads NumPy's array format (numpy.lib.format, versions 1 to 3): images as unsigned bytes of N × H × W or N × H × W × C,
/// vectors as little-endian float32 of N × L, or of N × 1 × L × 1 as samples of vectors are written. An array of objects is a
/// pickle, which could run code; it is refused like all other types.
/// </summary>
internal static partial class NpyReader
{
    private const int PrefixLength = 8, MostHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>By its first bytes; what can't be read is for others to complain of.</summary>
    public static bool IsNpy(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            byte[] start = new byte[Magic.Length];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().SequenceEqual(Magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DataFormatException)
        {
            return false;
        }
    }

    /// <exception cref="DataFormatException">Anything about it is not as it should be.</exception>
    public static DataSet Open(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            (string type, int[] shape) = Header(path, file);
            bool bytes = type == "|u1";
            bool isVectors = !bytes && (shape.Length == 2 || (shape.Length == 4 && shape[1] == 1 && shape[3] == 1));
            if ((bytes && shape.Length is not (3 or 4)) || (!bytes && (type != "<f4" || !isVectors)))
                throw new DataFormatException(path, $"is an array of type '{Shown(type)}' and shape ({string.Join(", ", shape)}); images are '|u1' of N x H x W or N x H x W x C, vectors '<f4' of N x length.");
            long length = bytes ? 1 : sizeof(float);
            foreach (int dimension in shape)
                length = length * dimension <= Array.MaxLength ? length * dimension : throw new DataFormatException(path, "says that it holds more than 2 GiB, which is more than this version takes; use a part of it.");
            // Without this a header could ask for gigabytes that no file backs.
            if (file.Length - file.Position != length)
                throw new DataFormatException(path, $"should hold {length} bytes after its header, but holds {file.Length - file.Position}; get the file again.");
            byte[] content = new byte[length];
            file.ReadExactly(content);
            string name = Path.GetFileName(path);
            return bytes
                ? DataSet.FromBytes(name, content, shape[0], shape[1], shape[2], shape.Length == 4 ? shape[3] : 1)
                : DataSet.FromValues(name, Numbers(content), shape[0], shape.Length == 2 ? shape[1] : shape[2]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static (string Type, int[] Shape) Header(string path, FileStream file)
    {
        byte[] prefix = new byte[PrefixLength];
        file.ReadExactly(prefix);
        // Version 1 has two bytes for the header's length, the others four.
        byte[] lengthBytes = new byte[prefix[6] == 1 ? 2 : 4];
        file.ReadExactly(lengthBytes);
        long length = lengthBytes.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (prefix[6] is < 1 or > 3 || length > MostHeader || length > file.Length - file.Position)
            throw new DataFormatException(path, $"has a header of version {prefix[6]}.{prefix[7]} and {length} bytes, which no array of images has; save it again with numpy.save.");
        byte[] headerBytes = new byte[length];
        file.ReadExactly(headerBytes);
        string header = Encoding.UTF8.GetString(headerBytes);
        Match type = Type().Match(header), order = Order().Match(header), shape = Shape().Match(header);
        if (!type.Success || !order.Success || !shape.Success)
            throw new DataFormatException(path, "has a header without type, order and shape of one array; save it again with numpy.save.");
        if (order.Groups[1].Value == "True")
            throw new DataFormatException(path, "holds its values column by column; save it again with numpy.save(file, numpy.ascontiguousarray(array)).");
        List<int> dimensions = [];
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension) || dimension < 1)
                throw new DataFormatException(path, $"has a dimension of {Shown(part)}, which no data set has; get the file again.");
            dimensions.Add(dimension);
        }

        return (type.Groups[1].Value, [.. dimensions]);
    }

    private static float[] Numbers(byte[] content)
    {
        float[] numbers = new float[content.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
        {
            content.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
            return numbers;
        }

        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(content.AsSpan(i * sizeof(float)));
        return numbers;
    }

    /// <summary>A hostile header is not to fill the screen.</summary>
    private static string Shown(string text) => string.Concat(text.Take(20).Select(c => char.IsControl(c) ? '?' : c));

    [GeneratedRegex("'descr'\\s*:\\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Type();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
