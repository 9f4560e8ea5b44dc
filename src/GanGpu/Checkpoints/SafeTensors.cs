using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using GanGpu.Data;
using GanGpu.Graph;

namespace GanGpu.Checkpoints;

/// <summary>
/// The safetensors format, for matrices of float32: the header's length (unsigned 64-bit, little endian), a JSON header with
/// each tensor's type, shape and place, then the values, row-major and little endian. Nothing in it is ever executed.
/// Source: the format's description in the huggingface/safetensors repository.
/// </summary>
internal sealed class SafeTensors
{
    private const int LengthBytes = sizeof(ulong), BeginningBytes = 9, MaximumHeaderBytes = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private readonly Dictionary<string, (Shape Shape, float[] Values)> tensors = [];

    /// <summary>Text that goes with the tensors.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    public void Add(string name, Shape shape, float[] values)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"The tensor '{name}' of {shape} needs {shape.Length} values, not {values.Length}.");
        tensors.Add(name, (shape, values));
    }

    /// <summary>The tensors in the order of the file.</summary>
    internal IEnumerable<(string Name, float[] Values)> Tensors => tensors.Select(tensor => (tensor.Key, tensor.Value.Values));

    public bool TryGet(string name, out Shape shape, out ReadOnlySpan<float> values)
    {
        bool found = tensors.TryGetValue(name, out (Shape Shape, float[] Values) tensor);
        shape = tensor.Shape;
        values = tensor.Values;
        return found;
    }

    public void Write(Stream stream)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach ((string key, string value) in Metadata)
                json.WriteString(key, value);
            foreach ((string name, string sum) in TensorSums.Of(this))
                json.WriteString(name, sum);
            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, (Shape shape, float[] values)) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                json.WriteNumberValue(shape.Rows);
                json.WriteNumberValue(shape.Columns);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += values.Length * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8 keep the values aligned.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach ((_, float[] values) in tensors.Values)
            WriteValues(stream, values);
    }

    /// <exception cref="InvalidInputException">The file is missing, unreadable, damaged or holds anything but float32 matrices.</exception>
    public static SafeTensors Read(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            return Parse(file);
        }
        catch (DataFormatException e)
        {
            throw new InvalidInputException($"'{path}' is no usable checkpoint: it is empty or no regular file. Use another checkpoint.", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidInputException($"'{path}' is no usable checkpoint: {e.Message.TrimEnd('.')}. Use another checkpoint.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be read: {e.Message}", e);
        }
    }

    /// <summary>The header first: no memory is taken for values before their places are known to fill the file.</summary>
    private static SafeTensors Parse(FileStream file)
    {
        Span<byte> beginning = stackalloc byte[BeginningBytes];
        beginning = beginning[..file.ReadAtLeast(beginning, BeginningBytes, throwOnEndOfStream: false)];
        string? foreign = ForeignFormat.Of(beginning);
        Check(foreign is null, $"it is {foreign}, which is never opened; only safetensors files are");
        Check(beginning.Length >= LengthBytes, $"it has {beginning.Length} bytes, too few for a header");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(beginning);
        Check(headerLength is >= 2 and <= MaximumHeaderBytes && headerLength <= (ulong)(file.Length - LengthBytes),
            $"its header is said to have {headerLength} bytes, the file has {file.Length}");
        byte[] text = new byte[(int)headerLength];
        file.Position = LengthBytes;
        file.ReadExactly(text);
        Check(text[0] == '{', "its header does not begin with {");
        Check(Utf8.IsValid(text), "its header is no UTF-8");
        using JsonDocument header = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });

        SafeTensors result = new();
        List<Entry> entries = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == MetadataKey)
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                    result.Metadata.Add(pair.Name, pair.Value.GetString() ?? throw new InvalidDataException($"its metadata '{pair.Name}' is no text"));
            }
            else
            {
                entries.Add(Entry.Of(entry));
            }
        }

        entries.Sort((a, b) => a.Start.CompareTo(b.Start));
        long begin = LengthBytes + (long)headerLength, next = 0;
        foreach (Entry entry in entries)
        {
            Check(entry.Start == next, $"the tensor '{entry.Name}' begins at byte {entry.Start} of the values, not at {next}: there is a hole or an overlap");
            Check(entry.End <= file.Length - begin, $"the tensor '{entry.Name}' ends at byte {begin + entry.End}, the file has {file.Length}");
            next = entry.End;
        }

        Check(begin + next == file.Length, $"the tensors end at byte {begin + next}, the file has {file.Length}");
        foreach (Entry entry in entries)
            result.Add(entry.Name, entry.Shape, ReadValues(file, entry.Shape.Length));
        TensorSums.Verify(result);
        return result;
    }

    /// <summary>A tensor as the header describes it, its place counted from the header's end.</summary>
    private sealed record Entry(string Name, Shape Shape, long Start, long End)
    {
        public static Entry Of(JsonProperty described)
        {
            string name = described.Name;
            Check(described.Value.EnumerateObject().Count() == 3, $"the tensor '{name}' is not described by dtype, shape and data_offsets alone");
            string? type = described.Value.GetProperty("dtype").GetString();
            Check(type == "F32", $"the tensor '{name}' is of type {type}, not F32");
            int[] shape = [.. described.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            long[] offsets = [.. described.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            Check(shape.Length == 2 && shape.All(size => size >= 1), $"the tensor '{name}' is no matrix");
            Check(offsets.Length == 2 && offsets[0] >= 0 && offsets[1] >= offsets[0] && offsets[1] - offsets[0] == (long)new Shape(shape[0], shape[1]).Length * sizeof(float),
                $"the place of the tensor '{name}' does not fit its shape");
            return new Entry(name, new Shape(shape[0], shape[1]), offsets[0], offsets[1]);
        }
    }

    private static void Check(bool holds, string fault)
    {
        if (!holds)
            throw new InvalidDataException(fault);
    }

    private static void WriteValues(Stream stream, float[] values)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Checkpoints are written on little-endian machines only.");
        stream.Write(MemoryMarshal.AsBytes<float>(values));
    }

    private static float[] ReadValues(FileStream file, int count)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Checkpoints are read on little-endian machines only.");
        float[] values = new float[count];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
