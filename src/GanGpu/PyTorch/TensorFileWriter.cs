using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using GanGpu.Checkpoints;

namespace GanGpu.PyTorch;

/// <summary>
/// Writes tensors of any rank as a safetensors file: float32, and 64-bit whole numbers for what counts.
/// </summary>
internal static class TensorFileWriter
{
    /// <param name="stream">Receives the file.</param>
    /// <param name="metadata">Text that goes with the tensors.</param>
    /// <param name="tensors">The tensors; those without a source are counts.</param>
    /// <param name="count">The value of all counts.</param>
    /// <param name="values">The values of a tensor, in its order.</param>
    public static void Write(
        Stream stream, IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<TorchTensor> tensors,
        long count, Func<TorchTensor, float[]> values)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Weights are written on little-endian machines only.");
        // Larger types first, so that all values lie at multiples of their size.
        TorchTensor[] inOrder = [.. tensors.OrderBy(tensor => tensor.Source is null ? 0 : 1)];
        byte[] header = Header(metadata, inOrder);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, header.Length);
        stream.Write(number);
        stream.Write(header);
        BinaryPrimitives.WriteInt64LittleEndian(number, count);
        foreach (TorchTensor tensor in inOrder)
            stream.Write(tensor.Source is null ? number : MemoryMarshal.AsBytes<float>(values(tensor)));
    }

    private static byte[] Header(IEnumerable<KeyValuePair<string, string>> metadata, TorchTensor[] tensors)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafeTensorsHeader.MetadataKey);
            foreach ((string key, string value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (TorchTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Source is null ? "I64" : "F32");
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Source is null ? sizeof(long)
                    : (long)tensor.Length * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8 keep the values aligned.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        return header.ToArray();
    }
}
