using System.Buffers.Binary;
using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Modalities.Images;
using GanGpu.Tests.Data;
using SkiaSharp;

namespace GanGpu.Tests.Images;

/// <summary>What pixels come of a file: turned, in sRGB, on a background, and from files that are large or lack their
/// end.</summary>
public sealed class ImageDecodingTests : IDisposable
{
    private readonly TempFolder temp = new();

    public static TheoryData<string, int> Orientations
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (string where in new[] { "png", "png-with-mark", "png-xmp", "jpeg-long", "jpeg-byte", "jpeg-little",
                "jpeg-xmp", "jpeg-fill", "webp", "webp-long" })
            {
                for (int orientation = 1; orientation <= 8; orientation++)
                    data.Add(where, orientation);
            }

            return data;
        }
    }

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(Orientations))]
    public void However_the_orientation_is_noted_it_is_undone(string where, int orientation)
    {
        const int Side = 32;
        SKColor[] corners = [new(220, 30, 30), new(30, 200, 60), new(40, 60, 210), new(230, 220, 40)];
        byte[] plain = Pictures.Encode(Side, Side, (x, y) => corners[(y < Side / 2 ? 0 : 2) + (x < Side / 2 ? 0 : 1)],
            where[..3] == "png" ? SKEncodedImageFormat.Png : where[..3] == "jpe" ? SKEncodedImageFormat.Jpeg
            : SKEncodedImageFormat.Webp);
        byte[] file = where switch
        {
            "png" => WithChunk(plain, "eXIf", Exif(orientation, kind: 3, little: false)),
            "png-with-mark" => WithChunk(plain, "eXIf", [.. "Exif\0\0"u8, .. Exif(orientation, kind: 4, little: true)]),
            "png-xmp" => WithChunk(plain, "iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Xmp(orientation)]),
            "jpeg-long" => WithSegment(plain, [.. "Exif\0\0"u8, .. Exif(orientation, kind: 4, little: false)]),
            "jpeg-byte" => WithSegment(plain, [.. "Exif\0\0"u8, .. Exif(orientation, kind: 1, little: false)]),
            "jpeg-little" => WithSegment(plain, [.. "Exif\0\0"u8, .. Exif(orientation, kind: 9, little: true)]),
            "jpeg-xmp" => WithSegment(plain, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp(orientation)]),
            "jpeg-fill" => [.. plain[..2], 0xFF, 0xFF,
                .. WithSegment(plain, [.. "Exif\0\0"u8, .. Exif(orientation, kind: 3, little: true)])[2..]],
            "webp" => Webp(plain, "EXIF", Exif(orientation, kind: 3, little: true)),
            _ => Webp(plain, "EXIF", [.. "Exif\0\0"u8, .. Exif(orientation, kind: 4, little: false)]),
        };
        byte[] pixels = Open(file, 2, 2, 3);
        // Which stored corner is top left, top right, bottom left and bottom right once it is upright (EXIF 2.3, tag
        // 274).
        int[] expected = orientation switch
        {
            1 => [0, 1, 2, 3],
            2 => [1, 0, 3, 2],
            3 => [3, 2, 1, 0],
            4 => [2, 3, 0, 1],
            5 => [0, 2, 1, 3],
            6 => [2, 0, 3, 1],
            7 => [3, 1, 2, 0],
            _ => [1, 3, 0, 2],
        };
        for (int corner = 0; corner < 4; corner++)
        {
            SKColor colour = corners[expected[corner]];
            // A cubic between four colours overshoots.
            Assert.True(Math.Abs(pixels[3 * corner] - colour.Red) < 40
                && Math.Abs(pixels[(3 * corner) + 1] - colour.Green) < 40
                && Math.Abs(pixels[(3 * corner) + 2] - colour.Blue) < 40,
                $"{where}, {orientation}: corner {corner} is {pixels[3 * corner]} {pixels[(3 * corner) + 1]} " +
                $"{pixels[(3 * corner) + 2]}, not {colour}.");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65536 + 6)]
    public void An_orientation_that_there_is_not_is_upright(int value)
    {
        byte[] png = Pictures.Encode(2, 1, (x, _) => x == 0 ? SKColors.Red : SKColors.Blue);
        Assert.Equal([255, 0, 0, 0, 0, 255],
            Open(WithChunk(png, "eXIf", Exif(value, kind: 4, little: false)), 1, 2, 3));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Colours_of_a_profile_are_brought_to_sRGB(SKEncodedImageFormat format)
    {
        using SKColorSpace wide = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        using SKBitmap bitmap = new(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque, wide));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < 32 * 32; i++)
            ((byte[])(i % 32 < 16 ? [220, 30, 30, 255] : [30, 200, 60, 255])).CopyTo(pixels[(4 * i)..]);
        using SKPixmap pixmap = bitmap.PeekPixels()!;
        using SKData data = pixmap.Encode(format, 100)!;
        byte[] result = Open(data.ToArray(), 32, 32, 3);
        // What Display P3 shows by these numbers has, as LittleCMS converts it, these in sRGB; red and green are beyond
        // what there is.
        AssertNear([240, 0, 0], result.AsSpan(3 * ((16 * 32) + 4), 3), 4);
        AssertNear([0, 204, 13], result.AsSpan(3 * ((16 * 32) + 28), 3), 6);
    }

    [Fact]
    public void Gamma_and_primaries_of_a_PNG_without_a_profile_change_nothing()
    {
        byte[] png = Pictures.Encode(4, 1, (x, _) => new SKColor((byte)(x * 40), (byte)(10 + x), 200)),
            gamma = [0, 0, 0xB1, 0x8F];
        Assert.Equal(Open(png, 1, 4, 3), Open(WithChunk(png, "gAMA", gamma), 1, 4, 3));
        byte[] linear = [0, 1, 0x86, 0xA0];
        Assert.Equal(Open(png, 1, 4, 3), Open(WithChunk(png, "gAMA", linear), 1, 4, 3));
    }

    [Theory]
    [InlineData("black", 0, 0, 0)]
    [InlineData("white", 255, 255, 255)]
    [InlineData("GREY", 128, 128, 128)]
    [InlineData("#ff8000", 255, 128, 0)]
    [InlineData("#f80", 255, 136, 0)]
    public void Transparent_parts_are_laid_on_the_background(string background, byte red, byte green, byte blue)
    {
        SKColor[] colours = [new(0, 0, 0, 0), new(200, 100, 0, 128), new(10, 20, 30, 255)];
        byte[] png = Pictures.Encode(3, 1, (x, _) => colours[x]);
        byte[] pixels = Open(png, new ImageOptions { Height = 1, Width = 3, Channels = 3, Background = background });
        Assert.Equal([red, green, blue], pixels[..3]);
        AssertNear([(byte)(100 + (red * 127 / 255)), (byte)(50 + (green * 127 / 255)), (byte)(blue * 127 / 255)],
            pixels.AsSpan(3, 3), 1);
        Assert.Equal([10, 20, 30], pixels[6..]);
        // Grey is what the three make.
        byte grey = Open(png, new ImageOptions { Height = 1, Width = 3, Background = background })[0];
        Assert.Equal((byte)(((2126 * red) + (7152 * green) + (722 * blue) + 5000) / 10000), grey);
    }

    [Fact]
    public void Colours_that_cannot_be_seen_are_the_backgrounds_at_any_size()
    {
        byte[] png = Pictures.Encode(8, 8, (_, _) => new SKColor(200, 100, 50, 0));
        foreach (int side in new[] { 8, 4, 16 })
        {
            ImageOptions options = new() { Height = side, Width = side, Channels = 4 };
            Assert.All(Open(png, options), value => Assert.Equal(0, value));
            byte[] white = Open(png, options with { Background = "white" });
            Assert.All(white.Where((_, i) => i % 4 != 3), value => Assert.Equal(255, value));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("transparent")]
    [InlineData("#12345")]
    [InlineData("#gggggg")]
    [InlineData("123456")]
    public void A_background_that_is_no_colour_is_refused(string background)
    {
        temp.Write("1.png", Pictures.Grey(1));
        InvalidInputException fault = Assert.Throws<InvalidInputException>(
            () => ImageFolder.Open(temp.Folder, new ImageOptions { Background = background }));
        Assert.Contains("#rrggbb", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_photo_is_decoded_smaller_and_looks_the_same()
    {
        byte[] photo = Pictures.Encode(1601, 1199,
            (x, y) => new SKColor((byte)(128 + (127 * Math.Sin(x / 20.0))), (byte)(x * 255 / 1601),
            (byte)(128 + (127 * Math.Cos((x + (2 * y)) / 40.0)))), SKEncodedImageFormat.Jpeg);
        temp.Write("1.jpg", photo);
        DataSet data = ImageFolder.Open(temp.Folder, new ImageOptions { Height = 48, Width = 64, Channels = 3 });
        Assert.Equal((1601, 1199), (data.Source().LargestWidth, data.Source().LargestHeight));
        using SKBitmap whole = SKBitmap.Decode(photo,
            new SKImageInfo(1601, 1199, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] expected = new byte[48 * 64 * 4];
        Resampler.Scale(
            new PicturePart(whole.GetPixelSpan(), whole.RowBytes, 1, 0, 1599, 1199), expected, 64, 48);
        int worst = 0, sum = 0;
        for (int i = 0; i < 48 * 64 * 3; i++)
        {
            int difference = Math.Abs(data.Pixels.Span[i] - expected[(i / 3 * 4) + (i % 3)]);
            (worst, sum) = (Math.Max(worst, difference), sum + difference);
        }

        Assert.True(worst <= 10 && sum < 2 * 48 * 64 * 3,
            $"The greatest difference is {worst}, the mean {sum / (48.0 * 64 * 3):F2}.");
    }

    [Fact]
    public void A_JPEG_that_lacks_its_end_is_read_where_every_pixel_is_there()
    {
        byte[] whole = Pictures.Busy(40, SKEncodedImageFormat.Jpeg);
        Assert.Equal([0xFF, 0xD9], whole[^2..]);
        byte[] expected = Open(whole, 40, 40, 3);
        Assert.Equal(expected, Open(whole[..^2], 40, 40, 3));
        Assert.Equal(expected, Open(whole[..^1], 40, 40, 3));
        // Anything before that is pixels.
        for (int missing = 4; missing < 40; missing++)
            Assert.Throws<DataFormatException>(() => Open(whole[..^missing], 40, 40, 3));
    }

    /// <summary>Two zeros and two numbers: a WBMP has no mark, so that Skia takes noise for one of any size.</summary>
    [Fact]
    public void A_picture_of_a_format_without_a_mark_is_refused_before_it_is_decoded()
    {
        string path = temp.Write("data/noise.png", [0, 0, 0xD5, 0x00, 0xD6, 0x67, 1, 2, 3, 4]);
        DataFormatException fault =
            Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.At("data"), new ImageOptions()));
        Assert.Equal(path, fault.Path);
        Assert.Contains("no image that can be read", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_progressive_JPEG_without_its_end_needs_all_its_scans()
    {
        byte[] start = [0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
        byte[] coarse = [.. start, .. Scan(0, 0, 0x01), 0x12, .. Scan(1, 63, 0x02), 0x34];
        byte[] fine = [.. coarse, .. Scan(0, 0, 0x10), 0x56, .. Scan(1, 5, 0x20), 0x78, .. Scan(6, 63, 0x20), 0x9A];
        Assert.Null(JpegEnd.Of(coarse));
        Assert.Null(JpegEnd.Of([.. fine, .. Scan(1, 63, 0x21)]));
        Assert.NotNull(JpegEnd.Of(fine));
        Assert.Null(JpegEnd.Of(start));

        static byte[] Scan(byte first, byte last, byte bits) => [0xFF, 0xDA, 0, 8, 1, 1, 0, first, last, bits];
    }

    private byte[] Open(byte[] file, int height, int width, int channels) =>
        Open(file, new ImageOptions { Height = height, Width = width, Channels = channels });

    private byte[] Open(byte[] file, ImageOptions options)
    {
        // The content counts, not the ending.
        temp.Write("picture.png", file);
        return ImageFolder.Open(temp.Folder, options).Pixels.ToArray();
    }

    private static void AssertNear(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found, int tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(found[i], expected[i] - tolerance, expected[i] + tolerance);
    }

    /// <summary>A TIFF header and a directory of one entry, the orientation, after one that is something
    /// else.</summary>
    private static byte[] Exif(int orientation, ushort kind, bool little)
    {
        byte[] tiff = new byte[38];
        (little ? "II*\0"u8 : "MM\0*"u8).CopyTo(tiff);
        Number(4, 8, 4);
        Number(8, 2, 2);
        Number(10, 0x10F, 2); // Make, as ASCII
        Number(12, 2, 2);
        Number(14, 4, 4);
        Number(22, 0x112, 2);
        Number(24, kind, 2);
        Number(26, 1, 4);
        Number(30, (uint)orientation, kind is 1 ? 1 : kind is 3 ? 2 : 4);
        return tiff;

        void Number(int at, uint value, int length)
        {
            for (int i = 0; i < length; i++)
                tiff[at + (little ? i : length - 1 - i)] = (byte)(value >> (8 * i));
        }
    }

    private static byte[] Xmp(int orientation) => Encoding.UTF8.GetBytes(orientation % 2 == 0
        ? $"<rdf:Description xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" tiff:Orientation=\"{orientation}\"/>"
        : $"<rdf:Description><tiff:Orientation>{orientation}</tiff:Orientation></rdf:Description>");

    private static byte[] WithChunk(byte[] png, string kind, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(kind), .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8),
            Crc32.Of(chunk.AsSpan(4, content.Length + 4)));
        // After the signature and the header.
        return [.. png[..33], .. chunk, .. png[33..]];
    }

    private static byte[] WithSegment(byte[] jpeg, byte[] content)
    {
        byte[] length = [(byte)((content.Length + 2) >> 8), (byte)(content.Length + 2)];
        return [.. jpeg[..2], 0xFF, 0xE1, .. length, .. content, .. jpeg[2..]];
    }

    /// <summary>A WebP file in the extended form, which has places for notes.</summary>
    private static byte[] Webp(byte[] simple, string kind, byte[] content)
    {
        byte[] extended = new byte[18];
        "VP8X"u8.CopyTo(extended);
        extended[4] = 10;
        extended[8] = 8; // It has EXIF.
        (extended[12], extended[15]) = (31, 31);
        byte[] length = new byte[4],
            note = [.. Encoding.ASCII.GetBytes(kind), 0, 0, 0, 0, .. content, .. new byte[content.Length % 2]];
        BinaryPrimitives.WriteInt32LittleEndian(note.AsSpan(4), content.Length);
        int start = simple.AsSpan().IndexOf("VP8"u8);
        byte[] body = [.. "WEBP"u8, .. extended, .. simple[start..], .. note];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. "RIFF"u8, .. length, .. body];
    }
}
