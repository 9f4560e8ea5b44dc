using System.Buffers.Binary;
using System.Text;

namespace GanGpu.Onnx.Tests;

/// <summary>A Protocol Buffers message: numbered fields, each a variable-length number or bytes (protobuf.dev, "Encoding").</summary>
internal sealed class Wire
{
    private readonly MemoryStream stream = new();

    public byte[] ToArray() => stream.ToArray();

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
        stream.Write(value);
        return this;
    }

    public Wire Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Wire Message(int field, Wire value) => Bytes(field, value.ToArray());

    public Wire Floats(int field, ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), values[i]);
        return Bytes(field, bytes);
    }

    private void Variable(ulong value)
    {
        for (; value > 127; value >>= 7)
            stream.WriteByte((byte)(value | 128));
        stream.WriteByte((byte)value);
    }
}
