using System.Buffers.Binary;
using GanGpu.Data;

namespace GanGpu.Tests.Images;

/// <summary>Zip archives byte by byte, since .NET writes neither other encodings of names nor other ways of
/// packing.</summary>
internal static class RawZip
{
    public sealed record Entry(byte[] Name, byte[] Content)
    {
        public ushort Flags { get; init; }

        public ushort Method { get; init; }

        public byte[] Extra { get; init; } = [];
    }

    public static byte[] Of(params Entry[] entries)
    {
        List<byte> body = [], directory = [];
        foreach (Entry entry in entries)
        {
            byte[] common = new byte[26];
            BinaryPrimitives.WriteUInt16LittleEndian(common, 20);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(2), entry.Flags);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(4), entry.Method);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(8), 0x5000);
            BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(10), Crc32.Of(entry.Content));
            BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(14), entry.Content.Length);
            BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(18), entry.Content.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(22), (ushort)entry.Name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(24), (ushort)entry.Extra.Length);
            byte[] at = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(at, body.Count);
            directory.AddRange(
                [.. "PK\u0001\u0002"u8, 20, 0, .. common, .. new byte[10], .. at, .. entry.Name, .. entry.Extra]);
            body.AddRange([.. "PK\u0003\u0004"u8, .. common, .. entry.Name, .. entry.Extra, .. entry.Content]);
        }

        byte[] end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Length);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), directory.Count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), body.Count);
        return [.. body, .. directory, .. end];
    }
}
