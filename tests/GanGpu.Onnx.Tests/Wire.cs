using System.Buffers.Binary;
using System.Text;

namespace GanGpu.Onnx.Tests;

/// <summary>
/// A Protocol Buffers message: numbered fields, each a variable-length number or bytes (protobuf.dev, "Encoding").
/// </summary>
internal sealed class Wire
{
    private readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    public Wire Number(int field, long value)
    {
        Variable((ulong)field << 3);
        Variable((ulong)value);
        return this;
    }

    public Wire Bytes(int field, ReadOnlySpan<byte> value)
    {
        Variable(((ulong)field << 3) | 2);
        Variable((ulong)value.Length);
        bytes.AddRange(value);
        return this;
    }

    public Wire Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Wire Message(int field, Wire value) => Bytes(field, value.ToArray());

    public Wire Floats(int field, ReadOnlySpan<float> values)
    {
        byte[] raw = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(sizeof(float) * i), values[i]);
        return Bytes(field, raw);
    }

    private void Variable(ulong value)
    {
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
    }
}
