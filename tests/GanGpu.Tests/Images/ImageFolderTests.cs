using System.Diagnostics;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Data;
using SkiaSharp;

namespace GanGpu.Tests.Images;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly SKColor Red = new(255, 0, 0), Green = new(0, 255, 0), Blue = new(0, 0, 255),
        White = new(255, 255, 255);

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_image_of_the_right_size_is_taken_as_it_is(int channels)
    {
        byte[] noise = new byte[20 * 24 * channels];
        new Random(1).NextBytes(noise);
        temp.Write("a.png", Encode(24, 20, (x, y) =>
        {
            int at = ((y * 24) + x) * channels;
            return new SKColor(noise[at], noise[at + (channels / 2)], noise[at + channels - 1]);
        }));
        DataSet data = Open(20, 24, channels);
        Assert.Equal((1, 20, 24, channels), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels));
        Assert.Equal(noise, data.Pixels.ToArray());
        Assert.True(data.Labels.IsEmpty);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "a.png", 0)]
    [InlineData(SKEncodedImageFormat.Jpeg, "a.jpg", 3)]
    [InlineData(SKEncodedImageFormat.Jpeg, "a.JPEG", 3)]
    [InlineData(SKEncodedImageFormat.Webp, "a.webp", 3)]
    [InlineData(SKEncodedImageFormat.Png, "really-png.jpg", 0)] // The content counts, not the ending.
    public void Every_format_is_read(SKEncodedImageFormat format, string name, int tolerance)
    {
        temp.Write(name, Encode(32, 32, (_, _) => new SKColor(200, 100, 50), format));
        AssertColours(Open(8, 8, 3), [200, 100, 50], tolerance);
    }

    [Fact]
    public void Grey_is_luminance()
    {
        SKColor[] colours = [Red, Green, Blue, White, new SKColor(0, 0, 0), new SKColor(10, 20, 30)];
        for (int i = 0; i < colours.Length; i++)
        {
            SKColor colour = colours[i];
            temp.Write($"{i}.png", Encode(28, 28, (_, _) => colour));
        }

        DataSet data = ImageFolder.Open(temp.Folder);
        Assert.Equal((6, 28, 28, 1), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels));
        // Rec. 709: 0.2126 red, 0.7152 green, 0.0722 blue.
        byte[] expected = [54, 182, 18, 255, 0, 19];
        for (int i = 0; i < colours.Length; i++)
            Assert.All(data.Pixels.Slice(i * 784, 784).ToArray(), value => Assert.Equal(expected[i], value));
    }

    [Fact]
    public void Transparency_is_laid_on_black()
    {
        temp.Write(
            "a.png", Encode(8, 8, (x, _) => x < 4 ? new SKColor(255, 255, 255, 0) : new SKColor(255, 255, 255, 128)));
        byte[] pixels = Open(8, 8, 1).Pixels.ToArray();
        for (int i = 0; i < pixels.Length; i++)
            Assert.Equal(i % 8 < 4 ? 0 : 128, pixels[i]);
    }

    [Fact]
    public void Sub_folders_are_the_classes()
    {
        foreach (
            (string name, byte value) in new (string, byte)[] {
                ("cat/2.png", 20), ("cat/1.png", 10), ("ant/deep/er/3.png", 30), ("dog/0.png", 40) })
            temp.Write(name, Encode(4, 4, (_, _) => new SKColor(value, value, value)));
        DataSet data = Open(1, 1, 1);
        Assert.Equal([30, 10, 20, 40], data.Pixels.ToArray());
        Assert.Equal([0, 1, 1, 2], data.Labels.ToArray());
        Assert.Equal(Path.GetFileName(temp.Folder), data.Name);

        // An image beside the sub-folders has no class, so that there are none.
        temp.Write("alone.png", Encode(4, 4, (_, _) => Red));
        Assert.Equal(5, Open(1, 1, 1).Count);
        Assert.True(Open(1, 1, 1).Labels.IsEmpty);
    }

    [Theory]
    [InlineData(90, 30)]
    [InlineData(30, 90)]
    [InlineData(900, 300)]
    public void The_middle_of_an_oblong_image_is_kept(int width, int height)
    {
        temp.Write(
            "a.png",
            Encode(width, height, (x, y) =>
                (width > height ? 3 * x / width : 3 * y / height) switch { 0 => Red, 1 => Green, _ => Blue }));
        byte[] pixels = Open(30, 30, 3).Pixels.ToArray();
        // The outermost pixels may mix with what was cropped.
        for (int y = 2; y < 28; y++)
        {
            for (int x = 2; x < 28; x++)
                Assert.Equal([0, 255, 0], pixels[(((y * 30) + x) * 3)..(((y * 30) + x + 1) * 3)]);
        }
    }

    [Fact]
    public void Shrinking_averages()
    {
        // Columns of black and white: every second pixel alone would be all of one.
        temp.Write("a.png", Encode(256, 256, (x, _) => x % 2 == 0 ? White : SKColors.Black));
        Assert.All(Open(16, 16, 1).Pixels.ToArray(), value => Assert.InRange(value, (byte)118, (byte)138));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_orientation_that_a_camera_noted_is_undone(int orientation)
    {
        const int Width = 64, Height = 32;
        bool swaps = orientation >= 5;
        // Where the stored row 0 and column 0 belong in the upright picture (EXIF 2.3, tag 274).
        byte[] jpeg = Encode(swaps ? Height : Width, swaps ? Width : Height, (x, y) => orientation switch
        {
            1 => Upright(x, y), // top, left
            2 => Upright(Width - 1 - x, y), // top, right
            3 => Upright(Width - 1 - x, Height - 1 - y), // bottom, right
            4 => Upright(x, Height - 1 - y), // bottom, left
            5 => Upright(y, x), // left, top
            6 => Upright(Width - 1 - y, x), // right, top
            7 => Upright(Width - 1 - y, Height - 1 - x), // right, bottom
            _ => Upright(y, Height - 1 - x), // left, bottom
        }, SKEncodedImageFormat.Jpeg);
        // APP1: its length, "Exif", a TIFF header, one entry (274, SHORT, 1 value), no further directory.
        byte[] exif = [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0,
            (byte)orientation, 0, 0, 0, 0, 0, 0];
        temp.Write("a.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]]);

        byte[] pixels = Open(Height, Width, 3).Pixels.ToArray();
        for (int y = 4; y < Height; y += 8)
        {
            for (int x = 4; x < Width; x += 8)
            {
                SKColor expected = Upright(x, y);
                int at = ((y * Width) + x) * 3;
                Assert.True(
                    Math.Abs(pixels[at] - expected.Red) < 12 && Math.Abs(pixels[at + 1] - expected.Green) < 12
                        && Math.Abs(pixels[at + 2] - expected.Blue) < 12,
                    $"At {x}, {y}: {pixels[at]} {pixels[at + 1]} {pixels[at + 2]} instead of {expected}.");
            }
        }

        static SKColor Upright(int x, int y) => (x < Width / 2, y < Height / 2) switch
        {
            (true, true) => Red,
            (false, true) => Green,
            (true, false) => Blue,
            _ => White,
        };
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void An_image_cut_anywhere_is_refused_or_complete(SKEncodedImageFormat format)
    {
        byte[] whole =
            Encode(24, 24, (x, y) => new SKColor((byte)(x * 10), (byte)(y * 10), (byte)((x * y * 7) ^ x)), format);
        string path = temp.Write("cut.png", whole);
        byte[] expected = Open(24, 24, 3).Pixels.ToArray();
        List<int> wrong = [];
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            temp.Write("cut.png", whole[..length]);
            try
            {
                if (!Open(24, 24, 3).Pixels.Span.SequenceEqual(expected))
                    wrong.Add(length);
            }
            catch (DataFormatException fault)
            {
                Assert.Equal(path, fault.Path);
                Assert.StartsWith($"'{path}' ", fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(
            wrong.Count == 0, $"Of {whole.Length} bytes, these gave another image: {string.Join(", ", wrong)}.");
        Assert.True(refused > whole.Length * 9 / 10, $"Only {refused} of {whole.Length} were refused.");
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(1, 500_000_000)]
    [InlineData(178_956_971, 1)]
    [InlineData(13_000, 13_000)] // As many as may be, but from few bytes.
    public void A_huge_header_is_refused_before_memory_is_taken(int width, int height)
    {
        // A right header and content that ends soon.
        string path =
            temp.Write("huge.png", Pictures.RawPng(width, height, depth: 8, colourType: 2, new byte[100_000]));
        long before = Process.GetCurrentProcess().PeakWorkingSet64;
        DataFormatException fault = Assert.Throws<DataFormatException>(() => Open(28, 28, 1));
        Assert.Equal(path, fault.Path);
        // Skia itself refuses a side that no picture of its own could have.
        Assert.True(fault.Message.Contains($"{width}x{height} pixels", StringComparison.Ordinal)
            || fault.Message.Contains("no image that can be read", StringComparison.Ordinal), fault.Message);
        Assert.True(Process.GetCurrentProcess().PeakWorkingSet64 - before < 256 << 20);
    }

    [Theory]
    [InlineData("no image at all")]
    [InlineData("")]
    public void A_file_that_is_no_image_is_refused_by_its_name(string content)
    {
        temp.Write("a.png", Encode(4, 4, (_, _) => Red));
        string path = temp.Write("b.png", System.Text.Encoding.ASCII.GetBytes(content));
        temp.Write("c.png", Encode(4, 4, (_, _) => Red));
        DataFormatException fault = Assert.Throws<DataFormatException>(() => Open(4, 4, 1));
        Assert.Equal(path, fault.Path);
        Assert.StartsWith($"'{path}' is ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_bad_files_are_named_at_once()
    {
        string[] names = ["a.png", "b.png", "c.png"];
        foreach (string name in names)
            temp.Write(name, [1, 2, 3]);
        temp.Write("good.png", Encode(4, 4, (_, _) => Red));
        DataFormatException fault = Assert.Throws<DataFormatException>(() => Open(4, 4, 1));
        Assert.Equal(temp.At("a.png"), fault.Path);
        Assert.StartsWith($"'{fault.Path}' is no image", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("2 more can't be read either: b.png, c.png.", fault.Message, StringComparison.Ordinal);

        for (int i = 0; i < 7; i++)
            temp.Write($"d{i}.png", [1]);
        Assert.EndsWith("9 more can't be read either: b.png, c.png, d0.png, d1.png and 5 more.",
            Assert.Throws<DataFormatException>(() => Open(4, 4, 1)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_fifo_is_refused_without_waiting_for_a_writer()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("mkfifo is run on Linux only.");
        string path = temp.At("fifo.png");
        using (Process mkfifo = Process.Start("mkfifo", [path]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        DataFormatException fault = await Task.Run(
            () => Assert.Throws<DataFormatException>(() => Open(4, 4, 1)), TestContext.Current.CancellationToken);
        Assert.Equal(path, fault.Path);
    }

    [Fact]
    public void A_folder_without_images_is_refused()
    {
        foreach (string? name in new[] { null, "a.txt", "png" })
        {
            // An image whose ending says otherwise is none.
            if (name is not null)
                temp.Write(name, Encode(4, 4, (_, _) => Red));
            DataFormatException fault = Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.Folder));
            Assert.StartsWith($"'{temp.Folder}' holds no images", fault.Message, StringComparison.Ordinal);
        }

        temp.Write("a.png", Encode(4, 4, (_, _) => Red));
        Assert.Equal(1, ImageFolder.Open(temp.Folder).Count);
    }

    [Theory]
    [InlineData(0, 28, 1)]
    [InlineData(28, 4097, 1)]
    [InlineData(28, 28, 2)]
    [InlineData(28, 28, 5)]
    public void Sizes_out_of_range_are_refused(int height, int width, int channels)
    {
        temp.Write("a.png", Encode(4, 4, (_, _) => Red));
        Assert.Throws<InvalidInputException>(() => Open(height, width, channels));
    }

    private static void AssertColours(DataSet data, byte[] colour, int tolerance)
    {
        byte[] pixels = data.Pixels.ToArray();
        Assert.NotEmpty(pixels);
        for (int i = 0; i < pixels.Length; i++)
            Assert.InRange(pixels[i], colour[i % 3] - tolerance, colour[i % 3] + tolerance);
    }

    private static byte[] Encode(
        int width, int height, Func<int, int, SKColor> colour,
        SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        Pictures.Encode(width, height, colour, format);

    private DataSet Open(int height, int width, int channels) =>
        ImageFolder.Open(temp.Folder, new ImageOptions { Height = height, Width = width, Channels = channels });
}
