using System.Buffers.Binary;
using System.IO.Compression;
using GanGpu.Data;
using SkiaSharp;

namespace GanGpu.Tests.Images;

/// <summary>Encoded pictures for tests.</summary>
internal static class Pictures
{
    public static byte[] Encode(
        int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, colour(x, y));
        }

        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A PNG of 4x4 pixels of one grey.</summary>
    public static byte[] Grey(byte value) => Encode(4, 4, (_, _) => new SKColor(value, value, value));

    /// <summary>A picture that is different everywhere.</summary>
    public static byte[] Busy(int side, SKEncodedImageFormat format) =>
        Encode(side, side, (x, y) => new SKColor((byte)(x * 10), (byte)(y * 10), (byte)((x * y * 7) ^ x)), format);

    /// <summary>
    /// A PNG of any depth and kind, with a palette if it has one; the rows, each after a byte for its filter, are taken
    /// as they are.
    /// </summary>
    public static byte[] RawPng(int width, int height, byte depth, byte colourType, byte[] rows, byte[]? palette = null)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colourType;
        MemoryStream zipped = new();
        using (ZLibStream zip = new(zipped, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(rows);
        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Chunk("IHDR"u8, header), .. palette is null ? []
                : Chunk("PLTE"u8, palette),
            .. Chunk("IDAT"u8, zipped.ToArray()), .. Chunk("IEND"u8, []),
        ];

        static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
        {
            byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
            BinaryPrimitives.WriteUInt32BigEndian(
                chunk.AsSpan(content.Length + 8), Crc32.Of(chunk.AsSpan(4, content.Length + 4)));
            return chunk;
        }
    }
}
