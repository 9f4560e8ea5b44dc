using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace GanGpu.Data;

/// <summary>
/// Reads NumPy's array format (numpy.lib.format, versions 1 to 3): images as unsigned bytes of N × H × W or N × H × W ×
/// C, or as little-endian numbers of 2, 4 or 8 bytes in 0..1, −1..1 or 0..255; vectors as float32 of N × L, or of N × 1
/// × L × 1 as samples of vectors are written. An array of objects is a pickle, which could run code; it is refused like
/// all other types.
/// </summary>
internal static partial class NpyReader
{
    private const int PrefixLength = 8, MostHeader = 1 << 16;

    private static readonly int[] Colours = [1, 3, 4];

    /// <summary>An array as its header describes it, and its bytes.</summary>
    private readonly record struct Content(string Type, int[] Shape, byte[] Bytes);

    /// <exception cref="InvalidInputException">Anything about it is not as it should be.</exception>
    public static DataSet Open(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            return Of(path, Path.GetFileName(path), Read(path, file, file.Length, Check), labels: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Reads samples from a stream.</summary>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="stream">Begins with the array.</param>
    /// <param name="length">Bytes of the stream.</param>
    /// <param name="labels">The class of each sample; null where there are none.</param>
    /// <exception cref="InvalidInputException">Anything about it is not as it should be.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static DataSet Read(string path, string name, Stream stream, long length, byte[]? labels) =>
        Of(path, name, Read(path, stream, length, Check), labels);

    /// <summary>Reads classes, N or N × 1 whole numbers in 0..255, from a stream.</summary>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="stream">Begins with the array.</param>
    /// <param name="length">Bytes of the stream.</param>
    /// <exception cref="InvalidInputException">Anything about it is not as it should be.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static byte[] ReadLabels(string path, Stream stream, long length)
    {
        Content content = Read(path, stream, length, static (path, type, shape) =>
        {
            if (type is not ("|u1" or "|i1" or "<u2" or "<i2" or "<u4" or "<i4" or "<u8" or "<i8")
                || shape.Length is < 1 or > 2 || (shape.Length == 2 && shape[1] != 1))
                throw new DataFormatException(path,
                    $"is an array of type '{Shown(type)}' and shape {Shown(shape)}; classes are one whole number for " +
                    $"each image{(shape.Length == 2 ? ": save numpy.argmax(a, 1) if they are one-hot" : "")}.");
        });
        int size = content.Type[2] - '0';
        byte[] labels = new byte[content.Shape[0]];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> bytes = content.Bytes.AsSpan(i * size, size);
            bool small = bytes[1..].TrimEnd((byte)0).IsEmpty && (content.Type[1] == 'u' || size > 1 || bytes[0] < 128);
            labels[i] = small ? bytes[0]
                : throw new DataFormatException(path, FormattableString.Invariant(
                $"has as class of image {i} a number outside of 0 to 255, which classes are numbered by."));
        }

        return labels;
    }

    private static DataSet Of(string path, string name, Content content, byte[]? labels)
    {
        (string type, int[] shape, byte[] bytes) = content;
        if (labels is not null && labels.Length != shape[0])
            throw new DataFormatException(path, FormattableString.Invariant(
                $"has {shape[0]} samples, but {labels.Length} classes; the two arrays do not belong together."));
        if (type != "|u1" && IsVectors(shape))
            return DataSet.FromValues(name, Numbers(bytes), shape[0], shape.Length == 2 ? shape[1] : shape[2], labels);
        string? remark = null;
        byte[] pixels = type == "|u1" ? bytes : Scaled(path, type, bytes, shape, out remark);
        DataSet data = DataSet.FromBytes(name, pixels, shape[0], shape[1], shape[2], shape.Length == 4 ? shape[3] : 1,
            labels);
        if (remark is not null)
            data.Remarks = [remark];
        return data;
    }

    private static bool IsVectors(int[] shape) => shape.Length == 2
        || (shape.Length == 4 && shape[1] == 1 && shape[3] == 1);

    /// <summary>Refuses what can't be trained on, and says how to save it so that it can.</summary>
    private static void Check(string path, string type, int[] shape)
    {
        string what = $"is an array of type '{Shown(type)}' and shape {Shown(shape)}";
        bool numbers = type is "<f2" or "<f4" or "<f8";
        string? how = type switch
        {
            "|u1" or "<f4" => null,
            "<f2" or "<f8" when !IsVectors(shape) => null,
            "|b1" => "save (a * 255).astype(\"u1\")",
            "<u2" or ">u2" => "save (a // 257).astype(\"u1\") if its values go to 65535",
            "|i1" or "<i2" or "<i4" or "<i8" or "<u4" or "<u8" or ">i2" or ">i4" or ">i8" or ">u4" or ">u8" =>
                "save a.astype(\"u1\") if its values are 0 to 255",
            ">f2" or ">f4" or ">f8" or "<f2" or "<f8" or "<f16" => "save a.astype(\"<f4\")",
            "|O" => "an array of objects could run code; save the images as bytes, numpy.stack(list).astype(\"u1\")",
            _ => "images are bytes of N x H x W or N x H x W x C, vectors float32 of N x length",
        };
        if (how is not null)
            throw new DataFormatException(path, $"{what}; {how}.");
        if (numbers && IsVectors(shape))
            return;
        if (shape.Length == 2)
        {
            int side = (int)Math.Sqrt(shape[1]);
            string images = side * side == shape[1]
                ? FormattableString.Invariant($"save a.reshape(-1, {side}, {side})")
                : "save it as N x H x W";
            throw new DataFormatException(path, $"{what}; for images {images}, for vectors a.astype(\"f4\").");
        }

        if (shape.Length is not (3 or 4))
            throw new DataFormatException(path, $"{what}; images are N x H x W or N x H x W x C, vectors N x length.");
        if (shape.Length == 4 && !Colours.Contains(shape[3]))
        {
            throw new DataFormatException(path, Colours.Contains(shape[1])
                ? $"{what}; channels come last: save numpy.moveaxis(a, 1, 3)."
                : $"{what}; images have 1, 3 or 4 channels, which come last: save a part of them, such as a[..., :1].");
        }
    }

    /// <summary>Numbers as bytes; their range is told by the smallest and the greatest of all.</summary>
    private static byte[] Scaled(string path, string type, byte[] content, int[] shape, out string remark)
    {
        int size = type[2] - '0';
        byte[] bytes = new byte[content.Length / size];
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        for (int i = 0; i < bytes.Length; i++)
        {
            double value = At(i);
            if (!double.IsFinite(value))
                throw new DataFormatException(path, string.Create(CultureInfo.InvariantCulture,
                    $"can't be trained on: a value of image {i / (bytes.Length / shape[0])} is {value}, no finite " +
                    $"number."));
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        (double from, double to) = (least, most) switch
        {
            ( >= 0, <= 1) => (0, 1),
            ( >= -1, <= 1) => (-1, 1),
            ( >= 0, <= 255) => (0, 255),
            _ => throw new DataFormatException(path, string.Create(CultureInfo.InvariantCulture,
                $"is an array of type '{type}' and shape {Shown(shape)} with values from {least:G4} to {most:G4}; " +
                $"images have 0..1, -1..1 or 0..255: bring them into one of these and save them again.")),
        };
        remark = FormattableString.Invariant($"values from {least:G4} to {most:G4} are taken as {from}..{to}");
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Round((At(i) - from) / (to - from) * 255, MidpointRounding.ToEven);
        return bytes;

        double At(int index) => size switch
        {
            2 => (double)BinaryPrimitives.ReadHalfLittleEndian(content.AsSpan(index * 2)),
            4 => BinaryPrimitives.ReadSingleLittleEndian(content.AsSpan(index * 4)),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(content.AsSpan(index * 8)),
        };
    }

    private static Content Read(string path, Stream stream, long length, Action<string, string, int[]> check)
    {
        (string type, int[] shape, int headerLength) = Header(path, stream, length);
        check(path, type, shape);
        long bytes = type[^1] - '0';
        foreach (int dimension in shape)
            bytes = bytes * dimension <= Array.MaxLength ? bytes * dimension
                : throw new DataFormatException(path,
                "says that it holds more than 2 GiB, which is more than this version takes; use a part of it.");
        // Without this a header could ask for gigabytes that no file backs.
        if (length - headerLength != bytes)
            throw new DataFormatException(path,
                $"should hold {bytes} bytes after its header, but holds {length - headerLength}; get the file again.");
        byte[] content = new byte[bytes];
        stream.ReadExactly(content);
        return new Content(type, shape, content);
    }

    private static (string Type, int[] Shape, int HeaderLength) Header(string path, Stream stream, long fileLength)
    {
        byte[] prefix = new byte[PrefixLength];
        stream.ReadExactly(prefix);
        // Version 1 has two bytes for the header's length, the others four.
        byte[] lengthBytes = new byte[prefix[6] == 1 ? 2 : 4];
        stream.ReadExactly(lengthBytes);
        long length = lengthBytes.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (prefix[0] != 0x93 || !prefix.AsSpan(1).StartsWith("NUMPY"u8) || prefix[6] is < 1 or > 3
            || length > MostHeader || length > fileLength - PrefixLength - lengthBytes.Length)
            throw new DataFormatException(
                path, $"has a header of version {prefix[6]}.{prefix[7]} and {length} bytes, which no array of images " +
                    "has; save it again with numpy.save.");
        byte[] headerBytes = new byte[length];
        stream.ReadExactly(headerBytes);
        string header = Encoding.UTF8.GetString(headerBytes);
        Match type = Type().Match(header), order = Order().Match(header), shape = Shape().Match(header);
        if (!type.Success || !order.Success || !shape.Success)
            throw new DataFormatException(
                path, "has a header without type, order and shape of one array; save it again with numpy.save.");
        if (order.Groups[1].Value == "True")
            throw new DataFormatException(
                path, "holds its values column by column; save it again with numpy.save(file, " +
                    "numpy.ascontiguousarray(array)).");
        List<int> dimensions = [];
        foreach (
            string part in shape.Groups[1]
            .Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension)
                || dimension < 1)
                throw new DataFormatException(
                    path, $"has a dimension of {Shown(part)}, which no data set has; get the file again.");
            dimensions.Add(dimension);
        }

        return (type.Groups[1].Value, [.. dimensions], PrefixLength + lengthBytes.Length + (int)length);
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

    private static string Shown(int[] shape) =>
        $"({string.Join(", ", shape.Take(8))}{(shape.Length > 8 ? ", …" : "")})";

    [GeneratedRegex("'descr'\\s*:\\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Type();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
