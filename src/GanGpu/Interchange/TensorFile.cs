using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using GanGpu.Data;

namespace GanGpu.Interchange;

/// <summary>
/// A safetensors file of another program: tensors of any rank and type. What its header says is held against the length of the file before
/// any value is read, and nothing in it is ever executed. Source: the format's description in the huggingface/safetensors repository.
/// </summary>
internal sealed class TensorFile : IDisposable
{
    private const int LengthBytes = sizeof(ulong), MaximumRank = 16;

    /// <summary>Of more than 100,000 tensors. The format's own limit is 100,000,000, which would take seconds to be read.</summary>
    private const int MaximumHeaderBytes = 16 << 20;

    private readonly FileStream stream;
    private readonly Dictionary<string, StoredTensor> tensors = [];
    private long valuesStart;

    private TensorFile(string path)
    {
        FilePath = path;
        stream = RegularFile.OpenRead(path);
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Text that goes with the tensors.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">It is missing, unreadable, or no safetensors file.</exception>
    public static TensorFile Open(string path)
    {
        TensorFile? file = null;
        try
        {
            file = new TensorFile(path);
            file.ReadHeader();
            return file;
        }
        catch (Exception e)
        {
            file?.Dispose();
            throw e switch
            {
                FileNotFoundException or DirectoryNotFoundException => new DataFormatException(path, "is not there; name a file of weights.", e),
                IOException or UnauthorizedAccessException => new DataFormatException(path, $"can't be read: {e.Message}", e),
                InvalidDataException or JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException or ArgumentException =>
                    new DataFormatException(path, $"is no usable safetensors file: {e.Message.TrimEnd('.')}.", e),
                _ => e,
            };
        }
    }

    /// <summary>The values of a tensor as float32, in the order of the file.</summary>
    /// <param name="tensor">One of floating-point numbers, with a length that an array can have.</param>
    public float[] Read(StoredTensor tensor)
    {
        byte[] bytes = new byte[tensor.Bytes];
        stream.Position = valuesStart + tensor.Start;
        stream.ReadExactly(bytes);
        return tensor.Type switch
        {
            "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            "F64" => [.. MemoryMarshal.Cast<byte, double>(bytes).ToArray().Select(value => (float)value)],
            "F16" => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)],
            "BF16" => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => BitConverter.UInt32BitsToSingle((uint)value << 16))],
            _ => throw new ArgumentException($"{tensor} has no floating-point numbers."),
        };
    }

    public void Dispose() => stream.Dispose();

    private void ReadHeader()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Weights are read on little-endian machines only.");
        Span<byte> start = stackalloc byte[LengthBytes + 1];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        string? foreign = ForeignWeights.Of(start[..read], FilePath);
        if (foreign is not null)
            throw new DataFormatException(FilePath, foreign);
        Check(read == start.Length, $"it has {read} bytes, too few for a header");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(start);
        Check(headerLength is >= 2 and <= MaximumHeaderBytes && (long)headerLength <= stream.Length - LengthBytes, $"its header is said to have {headerLength} bytes, the file has {stream.Length}");
        Check(start[LengthBytes] == '{', "its header does not begin with {");
        byte[] text = new byte[headerLength];
        stream.Position = LengthBytes;
        stream.ReadExactly(text);
        valuesStart = LengthBytes + text.Length;
        Check(Utf8.IsValid(text), "its header is no UTF-8");

        using JsonDocument header = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                    Metadata.Add(pair.Name, pair.Value.GetString() ?? throw new InvalidDataException($"its metadata '{StoredTensor.Shown(pair.Name)}' is no text"));
            }
            else
            {
                tensors.Add(entry.Name, Entry(entry));
            }
        }

        long next = 0;
        foreach (StoredTensor tensor in tensors.Values.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.Bytes))
        {
            Check(tensor.Start == next, $"the tensor '{StoredTensor.Shown(tensor.Name)}' begins at byte {tensor.Start} of the values, not at {next}: there is a hole or an overlap");
            next = checked(next + tensor.Bytes);
        }

        Check(valuesStart + next == stream.Length, $"the tensors end at byte {valuesStart + next}, the file has {stream.Length}");
    }

    private static StoredTensor Entry(JsonProperty entry)
    {
        Check(entry.Value.EnumerateObject().Count() == 3, $"the tensor '{StoredTensor.Shown(entry.Name)}' is not described by dtype, shape and data_offsets alone");
        string type = entry.Value.GetProperty("dtype").GetString() ?? "";
        int size = type switch
        {
            "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
            "U16" or "I16" or "F16" or "BF16" => 2,
            "U32" or "I32" or "F32" => 4,
            "U64" or "I64" or "F64" => 8,
            _ => throw new InvalidDataException($"the tensor '{StoredTensor.Shown(entry.Name)}' is of the unknown type '{StoredTensor.Shown(type)}'"),
        };
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        Check(shape.Length <= MaximumRank && shape.All(length => length >= 0), $"the tensor '{StoredTensor.Shown(entry.Name)}' has no possible shape");
        long bytes = shape.Aggregate((long)size, (product, length) => checked(product * length));
        Check(offsets.Length == 2 && offsets[0] >= 0 && checked(offsets[1] - offsets[0]) == bytes, $"the place of the tensor '{StoredTensor.Shown(entry.Name)}' does not fit its shape");
        return new StoredTensor(entry.Name, type, shape, offsets[0], bytes);
    }

    private static void Check(bool holds, string fault)
    {
        if (!holds)
            throw new InvalidDataException(fault);
    }
}

/// <summary>A tensor in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Such as "F32".</param>
/// <param name="Shape">Its sizes; none for a scalar.</param>
/// <param name="Start">Where its values begin, in bytes from the first tensor's.</param>
/// <param name="Bytes">How long they are.</param>
internal sealed record StoredTensor(string Name, string Type, long[] Shape, long Start, long Bytes)
{
    /// <summary>Whether it holds floating-point numbers that can be weights.</summary>
    public bool IsFloat => Type is "F32" or "F16" or "BF16" or "F64";

    private const int LongestShown = 100;

    /// <summary>The name for a message: of what length it may be, and without what a terminal would take for a command.</summary>
    public static string Shown(string name) =>
        string.Concat((name.Length <= LongestShown ? name : name[..LongestShown] + "…").Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>Such as "'0.weight' F32 [128, 100]".</summary>
    public override string ToString() => FormattableString.Invariant($"'{Shown(Name)}' {Type} [{string.Join(", ", Shape)}]");
}
