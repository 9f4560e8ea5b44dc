using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Data;
using SkiaSharp;

namespace GanGpu.Tests.Images;

/// <summary>Images that are damaged, odd, or not there any more: one clear sentence, or left out and counted.</summary>
public sealed class DamagedImageTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 3000)]
    [InlineData(SKEncodedImageFormat.Jpeg, 4000)]
    [InlineData(SKEncodedImageFormat.Webp, 3000)]
    public void Random_changes_never_do_worse_than_another_picture(SKEncodedImageFormat format, int changes)
    {
        byte[] whole = Pictures.Busy(24, format);
        Random random = new(7);
        byte[] target = new byte[8 * 8 * 3];
        int refused = 0;
        for (int i = 0; i < changes; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(whole.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                ImageCodec.Decode(
                    damaged, "some.png", new ImageOptions { Height = 8, Width = 8, Channels = 3 }, target);
            }
            catch (DataFormatException fault)
            {
                Assert.StartsWith("'some.png' ", fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        // What has no checksum may well decode to other colours.
        Assert.True(refused > changes / 50, $"{refused} of {changes} were refused.");
    }

    [Fact]
    public void Every_content_that_is_no_image_is_refused()
    {
        Random random = new(8);
        byte[] target = new byte[64];
        for (int i = 0; i < 500; i++)
        {
            byte[] noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            Assert.Throws<DataFormatException>(
                () => ImageCodec.Decode(noise, "noise.png", new ImageOptions { Height = 8, Width = 8 }, target));
        }
    }

    [Fact]
    public void Damaged_images_are_left_out_and_counted_where_that_is_asked_for()
    {
        temp.Write("a/1.png", Pictures.Grey(1));
        temp.Write("b/2.png", [1, 2, 3]);
        temp.Write("c/3.png", Pictures.Grey(3));
        temp.Write("c/4.png", Pictures.Grey(4)[..40]);
        temp.Write("c/5.png", []);
        ImageOptions options = new() { Height = 1, Width = 1 };
        Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.Folder, options));
        DataSet data = ImageFolder.Open(temp.Folder, options with { SkipDamaged = true });
        Assert.Equal([1, 3], data.Pixels.ToArray());
        Assert.Equal((2, 3), (data.Count, data.Damaged.Count));
        // A class of which nothing is left is none.
        Assert.Equal(["a", "c"], data.ClassNames);
        Assert.Equal([0, 1], data.Labels.ToArray());
    }

    [Fact]
    public void Where_all_are_damaged_nothing_is_opened()
    {
        temp.Write("1.png", [1]);
        temp.Write("2.png", [2]);
        DataFormatException fault = Assert.Throws<DataFormatException>(
            () => ImageFolder.Open(temp.Folder, new ImageOptions { SkipDamaged = true }));
        Assert.Contains("holds no image that can be read", fault.Message, StringComparison.Ordinal);
        Assert.Contains("1.png", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_deleted_meanwhile_is_named()
    {
        temp.Write("1.png", Pictures.Grey(1));
        string path = temp.Write("2.png", Pictures.Grey(2));
        using FolderSource source = new(temp.Folder);
        File.Delete(path);
        DataFormatException fault =
            Assert.Throws<DataFormatException>(() => ImageDecoding.Open(source, new ImageOptions(), null));
        Assert.Equal(path, fault.Path);
        Assert.Contains("can't be read", fault.Message, StringComparison.Ordinal);
        Assert.Equal(
            (1, 1), (
                ImageDecoding.Open(source, new ImageOptions { SkipDamaged = true }, null).Count,
                ImageDecoding.Open(source, new ImageOptions { SkipDamaged = true }, null).Damaged.Count));
    }

    [Fact]
    public void A_file_without_permission_is_named()
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Skip("Permissions do not bind root.");
        string path = temp.Write("1.png", Pictures.Grey(1));
        if (OperatingSystem.IsWindows())
            Assert.Skip("Permissions are others on Windows.");
        else
            File.SetUnixFileMode(path, UnixFileMode.None);
        Assert.Equal(path, Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.Folder)).Path);
    }

    [Fact]
    public void Names_in_any_language_and_of_any_length_are_read()
    {
        string[] names =
            ["猫/ねこ.png", "Größe/ä.png", new string('n', 251) + ".png", "with space/a b.png", "-rf.png", "#%?.png"];
        for (int i = 0; i < names.Length; i++)
            temp.Write(names[i], Pictures.Grey((byte)(i + 1)));
        DataSet data = ImageFolder.Open(temp.Folder, new ImageOptions { Height = 1, Width = 1 });
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6 }, data.Pixels.ToArray().Order());
        Assert.Equal(251 + 4, Encoding.UTF8.GetByteCount(names[2]));
    }

    [Fact]
    public void Links_are_followed_but_not_in_a_circle()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need a privilege on Windows.");
        temp.Write("elsewhere/1.png", Pictures.Grey(1));
        temp.Write("data/b/2.png", Pictures.Grey(2));
        Directory.CreateSymbolicLink(temp.At("data/a"), temp.At("elsewhere"));
        Directory.CreateSymbolicLink(temp.At("data/b/circle"), temp.At("data"));
        Directory.CreateSymbolicLink(temp.At("data/itself"), temp.At("data/itself"));
        File.CreateSymbolicLink(temp.At("data/b/3.png"), temp.At("elsewhere/1.png"));
        DataSet data = ImageFolder.Open(temp.At("data"), new ImageOptions { Height = 1, Width = 1 });
        Assert.Equal([1, 2, 1], data.Pixels.ToArray());
        Assert.Equal([0, 1, 1], data.Labels.ToArray());

        File.CreateSymbolicLink(temp.At("data/b/4.png"), temp.At("nowhere.png"));
        Assert.Equal(
            temp.At("data/b/4.png"), Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.At("data"))).Path);
    }

    [Fact]
    public void One_image_and_mixed_sizes_are_a_data_set()
    {
        temp.Write("1.png", Pictures.Busy(1, SKEncodedImageFormat.Png));
        Assert.Equal(1, ImageFolder.Open(temp.Folder).Count);
        temp.Write("2.png", Pictures.Busy(300, SKEncodedImageFormat.Png));
        temp.Write("3.png", Pictures.Encode(500, 2, (x, _) => new SKColor((byte)x, 0, 0)));
        DataSet data = ImageFolder.Open(temp.Folder, new ImageOptions { Height = 16, Width = 24 });
        Assert.Equal((3, 16, 24), (data.Count, data.Format.Height, data.Format.Width));
    }

    [Fact]
    public void Other_depths_and_palettes_are_read()
    {
        // Two pixels each, filter 0: 16-bit grey, 1-bit grey, a palette with 2 bits an index, 16-bit RGB.
        temp.Write("1.png", Pictures.RawPng(2, 1, 16, 0, [0, 0x80, 0x00, 0xFF, 0xFF]));
        temp.Write("2.png", Pictures.RawPng(2, 1, 1, 0, [0, 0b0100_0000]));
        temp.Write("3.png", Pictures.RawPng(2, 1, 2, 3, [0, 0b1001_0000], [1, 2, 3, 40, 50, 60, 70, 80, 90]));
        temp.Write("4.png", Pictures.RawPng(2, 1, 16, 2, [0, 10, 0, 20, 0, 30, 0, 40, 0, 50, 0, 60, 0]));
        byte[] pixels = ImageFolder.Open(temp.Folder, new ImageOptions { Height = 1, Width = 2, Channels = 3 })
            .Pixels.ToArray();
        Assert.Equal(
            [128, 128, 128, 255, 255, 255, 0, 0, 0, 255, 255, 255, 70, 80, 90, 40, 50, 60, 10, 20, 30, 40, 50,
                60], pixels);
    }

    [Fact]
    public void Cmyk_is_read()
    {
        // One block of 8x8 in four inks, all at half: with the Adobe mark (no transform, inks inverted) that is 128 *
        // 128 / 255.
        byte[] jpeg =
        [
            0xFF, 0xD8, 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
            0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
            0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0, 0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
            0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, 0x00, 0xFF, 0xD9,
        ];
        temp.Write("1.jpg", jpeg);
        Assert.All(
            ImageFolder.Open(temp.Folder, new ImageOptions { Height = 8, Width = 8, Channels = 3 }).Pixels.ToArray(),
            value => Assert.InRange(value, (byte)62, (byte)66));
    }

    [Fact]
    public void The_first_frame_of_an_animation_is_taken()
    {
        // Two frames of one pixel, red and then blue.
        byte[] gif =
        [
            .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255,
            0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0,
            0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0, 0x3B,
        ];
        temp.Write("1.gif", gif);
        Assert.Equal(
            [255, 0, 0], ImageFolder.Open(temp.Folder, new ImageOptions { Height = 1, Width = 1, Channels = 3 })
            .Pixels.ToArray());
    }

    [Fact]
    public void Opacity_is_kept_where_it_is_asked_for()
    {
        SKColor[] colours = [new(200, 100, 50, 255), new(200, 100, 50, 3), new(10, 250, 30, 128), new(0, 0, 0, 0)];
        temp.Write("1.png", Pictures.Encode(4, 1, (x, _) => colours[x]));
        ImageOptions options = new() { Height = 1, Width = 4, Channels = 4 };
        // Of the size already: to the byte, although 3 of 255 leaves no room for colours that are multiplied by it.
        Assert.Equal(
            [200, 100, 50, 255, 200, 100, 50, 3, 10, 250, 30, 128, 0, 0, 0, 0],
            ImageFolder.Open(temp.Folder, options).Pixels.ToArray());

        // Scaled: what can't be seen does not bleed into what can.
        temp.Write(
            "1.png",
            Pictures.Encode(64, 64, (x, _) => x < 32 ? new SKColor(200, 100, 50, 255) : new SKColor(0, 255, 255, 0)));
        byte[] pixels = ImageFolder.Open(temp.Folder, options with { Height = 8, Width = 8 }).Pixels.ToArray();
        for (int i = 0; i < pixels.Length; i += 4)
        {
            // The less of a colour can be seen, the coarser it is; and a cubic overshoots a little.
            int tolerance = pixels[i + 3] == 0 ? 255 : 3 + (255 / pixels[i + 3]);
            Assert.True(Math.Abs(pixels[i] - 200) <= tolerance && Math.Abs(pixels[i + 1] - 100) <= tolerance
                && Math.Abs(pixels[i + 2] - 50) <= tolerance,
                $"{pixels[i]} {pixels[i + 1]} {pixels[i + 2]} {pixels[i + 3]}");
        }

        Assert.Contains(pixels.Where((_, i) => i % 4 == 3), alpha => alpha == 0);
        Assert.Contains(pixels.Where((_, i) => i % 4 == 3), alpha => alpha == 255);
    }

    [Fact]
    public void Pictures_with_opacity_are_written_and_read_back()
    {
        byte[] pixels = [.. Enumerable.Range(0, 6 * 6 * 4).Select(i => (byte)((i * 7) | (i % 4 == 3 ? 1 : 0)))];
        using (FileStream file = File.Create(temp.At("1.png")))
            ImageCodec.EncodePng(file, pixels, 6, 6, 4);
        Assert.Equal(
            pixels, ImageFolder.Open(temp.Folder, new ImageOptions { Height = 6, Width = 6, Channels = 4 })
            .Pixels.ToArray());
    }
}
