using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace GanGpu.Tests.Support;

/// <summary>
/// A tensor of a safetensors file, read and written here by the format's description and nothing of the library's.
/// </summary>
internal sealed record TensorBytes(string Name, string Type, long[] Shape, byte[] Bytes)
{
    public static TensorBytes Of(string name, long[] shape, float[] values) =>
        new(name, "F32", shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    public float[] Values => MemoryMarshal.Cast<byte, float>(Bytes).ToArray();

    public static byte[] File(IEnumerable<TensorBytes> tensors, params (string Key, string Value)[] metadata)
    {
        Dictionary<string, object> header =
            new() { ["__metadata__"] = metadata.ToDictionary(pair => pair.Key, pair => pair.Value) };
        List<byte> values = [];
        foreach (TensorBytes tensor in tensors)
        {
            header.Add(
                tensor.Name,
                new
                {
                    dtype = tensor.Type,
                    shape = tensor.Shape,
                    data_offsets = new[] { values.Count, values.Count + tensor.Bytes.Length }
                });
            values.AddRange(tensor.Bytes);
        }

        return File(JsonSerializer.Serialize(header), [.. values]);
    }

    public static byte[] File(string header, byte[] values)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. values];
    }

    public static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<TensorBytes> Tensors) Read(string path)
    {
        byte[] file = System.IO.File.ReadAllBytes(path);
        int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        Dictionary<string, string> metadata = [];
        List<TensorBytes> tensors = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                metadata = entry.Value.EnumerateObject()
                    .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
                continue;
            }

            int[] place =
                [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            tensors.Add(new TensorBytes(
                entry.Name,
                entry.Value.GetProperty("dtype").GetString()!,
                [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                file[(8 + length + place[0])..(8 + length + place[1])]));
        }

        return (metadata, tensors);
    }
}
