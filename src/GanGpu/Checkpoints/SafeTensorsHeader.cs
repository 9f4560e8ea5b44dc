using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace GanGpu.Checkpoints;

/// <summary>
/// What stands at the beginning of a safetensors file: its length (unsigned 64-bit, little endian), and as JSON each
/// tensor's type, shape and place. All of it is held against the length of the file, if that is known, before any value
/// is read. Source: the format's description in the huggingface/safetensors repository.
/// </summary>
/// <param name="Metadata">Text that goes with the tensors.</param>
/// <param name="Tensors">In the order of their values.</param>
/// <param name="ValuesStart">The byte of the file that the values begin at.</param>
internal sealed record SafeTensorsHeader(
    Dictionary<string, string> Metadata, IReadOnlyList<StoredTensor> Tensors, long ValuesStart)
{
    public const string MetadataKey = "__metadata__";

    public const int LengthBytes = sizeof(ulong);

    private const int MaximumRank = 16;

    /// <summary>
    /// Of more than 100,000 tensors. The format's own limit is 100,000,000, which would take seconds to be read.
    /// </summary>
    private const int MaximumBytes = 16 << 20;

    /// <summary>Reads and checks it; the stream is at the first value afterwards.</summary>
    /// <param name="stream">A file.</param>
    /// <exception cref="InvalidDataException">It is none; JSON's own exceptions say so too.</exception>
    public static SafeTensorsHeader Read(FileStream stream)
    {
        stream.Position = 0;
        return Read(stream, [], stream.Length);
    }

    /// <summary>As <see cref="Read(FileStream)"/>, of a stream that need not be seekable.</summary>
    /// <param name="stream">A stream of which a few bytes were read.</param>
    /// <param name="begun">Those bytes, no more than a header has at least.</param>
    /// <param name="fileLength">Bytes of it all; null if nobody knows.</param>
    public static SafeTensorsHeader Read(Stream stream, ReadOnlySpan<byte> begun, long? fileLength)
    {
        Span<byte> start = stackalloc byte[LengthBytes];
        int had = Math.Min(begun.Length, start.Length);
        begun[..had].CopyTo(start);
        int read = had + stream.ReadAtLeast(start[had..], start.Length - had, throwOnEndOfStream: false);
        Check(read == start.Length, $"it has {read} bytes, too few for a header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        Check(length is >= 2 and <= MaximumBytes && !((long)length > fileLength - LengthBytes),
            $"its header is said to have {length} bytes, " +
            (fileLength is { } all ? $"the file has {all}" : $"which are more than {MaximumBytes} or less than 2"));
        byte[] text = new byte[length];
        begun[had..].CopyTo(text);
        stream.ReadExactly(text, begun.Length - had, text.Length - (begun.Length - had));
        Check(text[0] == '{', "its header does not begin with {");
        Check(Utf8.IsValid(text), "its header is no UTF-8");

        using JsonDocument json =
            JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        Dictionary<string, string> metadata = [];
        List<StoredTensor> tensors = [];
        foreach (JsonProperty entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == MetadataKey)
            {
                Check(entry.Value.ValueKind == JsonValueKind.Object, $"its {MetadataKey} is no object of texts");
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                {
                    Check(pair.Value.ValueKind == JsonValueKind.String,
                        $"its metadata '{Shown.Text(pair.Name)}' is no text");
                    metadata.Add(pair.Name, pair.Value.GetString()!);
                }
            }
            else
            {
                tensors.Add(Entry(entry));
            }
        }

        tensors.Sort((a, b) => (a.Start, a.Bytes).CompareTo((b.Start, b.Bytes)));
        long next = 0, valuesStart = LengthBytes + text.Length;
        foreach (StoredTensor tensor in tensors)
        {
            Check(tensor.Start == next,
                $"the tensor '{Shown.Text(tensor.Name)}' begins at byte {tensor.Start} of the values, not at {next}: " +
                "there is a hole or an overlap");
            next = checked(next + tensor.Bytes);
        }

        Check(fileLength is null || valuesStart + next == fileLength,
            $"the tensors end at byte {valuesStart + next}, the file has {fileLength}");
        return new SafeTensorsHeader(metadata, tensors, valuesStart);
    }

    private static StoredTensor Entry(JsonProperty entry)
    {
        Check(entry.Value.EnumerateObject().Count() == 3,
            $"the tensor '{Shown.Text(entry.Name)}' is not described by dtype, shape and data_offsets alone");
        string type = entry.Value.GetProperty("dtype").GetString() ?? "";
        int size = type switch
        {
            "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
            "U16" or "I16" or "F16" or "BF16" => 2,
            "U32" or "I32" or "F32" => 4,
            "U64" or "I64" or "F64" => 8,
            _ => throw new InvalidDataException(
                $"the tensor '{Shown.Text(entry.Name)}' is of the unknown type '{Shown.Text(type)}'"),
        };
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
        long[] offsets =
            [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        Check(shape.Length <= MaximumRank
            && shape.All(length => length >= 0), $"the tensor '{Shown.Text(entry.Name)}' has no possible shape");
        long bytes = shape.Aggregate((long)size, (product, length) => checked(product * length));
        Check(offsets.Length == 2 && offsets[0] >= 0 && checked(offsets[1] - offsets[0]) == bytes,
            $"the place of the tensor '{Shown.Text(entry.Name)}' does not fit its shape");
        return new StoredTensor(entry.Name, type, shape, offsets[0], bytes);
    }

    private static void Check(bool holds, string fault)
    {
        if (!holds)
            throw new InvalidDataException(fault);
    }
}
