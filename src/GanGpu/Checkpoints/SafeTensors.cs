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

    /// <summary>Values that memory is taken for before the first of them has been read.</summary>
    private const int UntrustedLength = 1 << 18;

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
    /// <param name="path">The file.</param>
    /// <param name="look">Looks at the header before any value is read, and may throw; null if nobody does.</param>
    public static SafeTensors Read(string path, Action<SafeTensorsHeader>? look = null) => Read($"'{path}'", () =>
    {
        using FileStream file = RegularFile.OpenRead(path);
        return Parse(file, file.Length, look);
    });

    /// <summary>As <see cref="Read(string, Action{SafeTensorsHeader})"/>, from where a stream stands to its end; it
    /// stays open, and need not be seekable.</summary>
    public static SafeTensors Read(Stream stream, Action<SafeTensorsHeader>? look = null) =>
        Read("The stream", () => Parse(stream, stream.CanSeek ? stream.Length - stream.Position : null, look));

    private static SafeTensors Read(string shown, Func<SafeTensors> parse)
    {
        try
        {
            return parse();
        }
        catch (DataFormatException e)
        {
            throw new InvalidInputException(
                $"{shown} is no usable checkpoint: it is empty or no regular file. Use another checkpoint.", e);
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or JsonException or InvalidOperationException
                or FormatException or OverflowException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidInputException(
                $"{shown} is no usable checkpoint: {Shown.Clause(e.Message)}. Use another checkpoint.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"{shown} can't be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// The header first: no memory is taken for values before their places are known to fill the file.
    /// </summary>
    private static SafeTensors Parse(Stream file, long? length, Action<SafeTensorsHeader>? look)
    {
        Span<byte> start = stackalloc byte[ForeignFormat.Telling];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        string? foreign = ForeignFormat.Of(start);
        Check(foreign is null, $"it is {foreign}, which is never opened; only safetensors files are");
        SafeTensorsHeader header = SafeTensorsHeader.Read(file, start, length);
        look?.Invoke(header);
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
            result.Add(tensor.Name, shape, ReadValues(file, shape.Length, isThere: length is not null));
        }

        Check(length is not null || file.ReadByte() < 0, "it goes on after its last tensor");

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

    /// <param name="file">Stands at the values.</param>
    /// <param name="count">How many there are said to be.</param>
    /// <param name="isThere">Whether that is known to be so; else memory grows with what arrives.</param>
    private static float[] ReadValues(Stream file, int count, bool isThere)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Checkpoints are read on little-endian machines only.");
        float[] values = new float[isThere ? count : Math.Min(count, UntrustedLength)];
        for (int start = 0; start < count;)
        {
            if (start == values.Length)
                Array.Resize(ref values, (int)Math.Min(count, 2L * start));
            int part = Math.Min(PartLength, values.Length - start);
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, part)));
            start += part;
        }

        return values;
    }
}
