using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace GanGpu.Data;

/// <summary>
/// NumPy's array format, version 1.0 (numpy.lib.format): magic, version, header length, header, values in C order.
/// </summary>
internal static class NpyFile
{
    private const int Alignment = 64, PrefixLength = 10, PartLength = 1 << 26;

    public static void Write(Stream stream, SampleBatch samples, bool asFloat)
    {
        string header = string.Create(CultureInfo.InvariantCulture,
            $"{{'descr': '{(asFloat ? "<f4" : "|u1")}', 'fortran_order': False, 'shape': ({samples.Count}, " +
            $"{samples.Format.Height}, {samples.Format.Width}, {samples.Format.Channels}), }}");
        // Spaces and a line end fill the header up, so that the values are aligned.
        int length = ((PrefixLength + header.Length + Alignment) / Alignment * Alignment) - PrefixLength;
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + '\n'));
        if (!asFloat)
        {
            stream.Write(samples.ToBytes());
            return;
        }

        if (BitConverter.IsLittleEndian)
        {
            // In parts, since four times as many bytes need not have a number.
            for (ReadOnlyMemory<float> rest = samples.Values; !rest.IsEmpty; rest =
                rest[Math.Min(PartLength, rest.Length)..])
                stream.Write(MemoryMarshal.AsBytes(rest.Span[..Math.Min(PartLength, rest.Length)]));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float value in samples.Values.Span)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }
}
