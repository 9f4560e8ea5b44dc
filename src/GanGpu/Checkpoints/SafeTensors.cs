using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using GanGpu.Data;
using GanGpu.Networks;

namespace GanGpu.Checkpoints;

/// <summary>
/// The safetensors format, for matrices of float32: the header's length (unsigned 64-bit, little endian), a JSON header
/// with each tensor's type, shape and place, then the values, row-major and little endian. Nothing in it is ever
/// executed. Source: the format's description in the huggingface/safetensors repository.
/// </summary>
internal sealed class SafeTensors
{
    private const int PartLength = 1 << 26;

    private readonly Dictionary<string, (Shape Shape, float[] Values)> tensors = [];

    /// <summary>Text that goes with the tensors.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    public void Add(string name, Shape shape, float[] values)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException(
                $"The tensor '{name}' of {shape} needs {shape.Length} values, not {values.Length}.");
        tensors.Add(name, (shape, values));
    }

    /// <summary>The tensors in the order of the file.</summary>
    internal IEnumerable<(string Name, float[] Values)> Tensors =>
        tensors.Select(tensor => (tensor.Key, tensor.Value.Values));

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
            json.WriteStartObject(SafeTensorsHeader.MetadataKey);
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
                json.WriteNumberValue(offset += (long)values.Length * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8 keep the values aligned.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[SafeTensorsHeader.LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach ((_, float[] values) in tensors.Values)
            WriteValues(stream, values);
    }

    /// <exception cref="InvalidInputException">The file is missing, unreadable, damaged or holds anything but float32
    /// matrices.</exception>
    public static SafeTensors Read(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            return Parse(file);
        }
        catch (DataFormatException e)
        {
            throw new InvalidInputException(
                $"'{path}' is no usable checkpoint: it is empty or no regular file. Use another checkpoint.", e);
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or JsonException or InvalidOperationException
                or FormatException or OverflowException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidInputException(
                $"'{path}' is no usable checkpoint: {Shown.Clause(e.Message)}. Use another checkpoint.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// The header first: no memory is taken for values before their places are known to fill the file.
    /// </summary>
    private static SafeTensors Parse(FileStream file)
    {
        Span<byte> start = stackalloc byte[ForeignFormat.Telling];
        string? foreign = ForeignFormat.Of(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        Check(foreign is null, $"it is {foreign}, which is never opened; only safetensors files are");
        SafeTensorsHeader header = SafeTensorsHeader.Read(file);
        foreach (StoredTensor tensor in header.Tensors)
        {
            Check(tensor.Type == "F32", $"the tensor '{Shown.Text(tensor.Name)}' is of type {tensor.Type}, not F32");
            Check(tensor.Shape.Length == 2 && tensor.Shape.All(size => size is >= 1 and <= int.MaxValue),
                $"the tensor '{Shown.Text(tensor.Name)}' is no matrix");
        }

        SafeTensors result = new();
        foreach ((string key, string text) in header.Metadata)
            result.Metadata.Add(key, text);
        foreach (StoredTensor tensor in header.Tensors)
        {
            Shape shape = new((int)tensor.Shape[0], (int)tensor.Shape[1]);
            result.Add(tensor.Name, shape, ReadValues(file, shape.Length));
        }

        TensorSums.Verify(result);
        return result;
    }

    /// <summary>
    /// Values in pieces whose bytes can be counted: a tensor may have four times as many bytes as that.
    /// </summary>
    internal static IEnumerable<ReadOnlyMemory<float>> Parts(float[] values)
    {
        for (int start = 0; start < values.Length; start += Math.Min(PartLength, values.Length - start))
            yield return values.AsMemory(start, Math.Min(PartLength, values.Length - start));
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
        foreach (ReadOnlyMemory<float> part in Parts(values))
            stream.Write(MemoryMarshal.AsBytes(part.Span));
    }

    private static float[] ReadValues(FileStream file, int count)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Checkpoints are read on little-endian machines only.");
        float[] values = new float[count];
        for (int start = 0; start < count; start += Math.Min(PartLength, count - start))
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(PartLength, count - start))));
        return values;
    }
}
