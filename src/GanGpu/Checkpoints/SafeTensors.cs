using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using GanGpu.Graph;

namespace GanGpu.Checkpoints;

/// <summary>
/// The safetensors format, for matrices of float32: the header's length (unsigned 64-bit, little endian), a JSON header with
/// each tensor's type, shape and place, then the values, row-major and little endian. Nothing in it is ever executed.
/// Source: the format's description in the huggingface/safetensors repository.
/// </summary>
internal sealed class SafeTensors
{
    private const int LengthBytes = sizeof(ulong), MaximumHeaderBytes = 100_000_000;
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
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be read: {e.Message}", e);
        }

        try
        {
            return Parse(file);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidInputException($"'{path}' is no usable checkpoint: {e.Message.TrimEnd('.')}. Use another checkpoint.", e);
        }
    }

    private static SafeTensors Parse(byte[] file)
    {
        string? foreign = ForeignFormat.Of(file);
        Check(foreign is null, $"it is {foreign}, which is never opened; only safetensors files are");
        Check(file.Length >= LengthBytes, $"it has {file.Length} bytes, too few for a header");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file);
        Check(headerLength is >= 2 and <= MaximumHeaderBytes && headerLength <= (ulong)(file.Length - LengthBytes),
            $"its header is said to have {headerLength} bytes, the file has {file.Length}");
        int begin = LengthBytes + (int)headerLength;
        ReadOnlyMemory<byte> text = file.AsMemory(LengthBytes, (int)headerLength);
        Check(text.Span[0] == '{', "its header does not begin with {");
        using JsonDocument header = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });

        SafeTensors result = new();
        List<(string Name, Shape Shape, long Start, long End)> entries = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == MetadataKey)
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                    result.Metadata.Add(pair.Name, pair.Value.GetString() ?? throw new InvalidDataException($"its metadata '{pair.Name}' is no text"));
                continue;
            }

            Check(entry.Value.EnumerateObject().Count() == 3, $"the tensor '{entry.Name}' is not described by dtype, shape and data_offsets alone");
            string? type = entry.Value.GetProperty("dtype").GetString();
            Check(type == "F32", $"the tensor '{entry.Name}' is of type {type}, not F32");
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            Check(shape.Length == 2 && shape.All(size => size >= 1), $"the tensor '{entry.Name}' is no matrix");
            Check(offsets.Length == 2 && offsets[1] - offsets[0] == (long)new Shape(shape[0], shape[1]).Length * sizeof(float), $"the place of the tensor '{entry.Name}' does not fit its shape");
            entries.Add((entry.Name, new Shape(shape[0], shape[1]), offsets[0], offsets[1]));
        }

        long next = 0;
        foreach ((string name, Shape shape, long start, long end) in entries.OrderBy(entry => entry.Start))
        {
            Check(start == next, $"the tensor '{name}' begins at byte {start} of the values, not at {next}: there is a hole or an overlap");
            Check(begin + end <= file.Length, $"the tensor '{name}' ends at byte {begin + end}, the file has {file.Length}");
            result.Add(name, shape, ReadValues(file.AsSpan(begin + (int)start, (int)(end - start))));
            next = end;
        }

        Check(begin + next == file.Length, $"the tensors end at byte {begin + next}, the file has {file.Length}");
        TensorSums.Verify(result);
        return result;
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

    private static float[] ReadValues(ReadOnlySpan<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Checkpoints are read on little-endian machines only.");
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
