using System.Runtime.InteropServices;
using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Support;
using SkiaSharp;

namespace GanGpu.Tests.Data;

public sealed class SampleBatchTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(1f, 255)]
    [InlineData(0f, 128)]
    [InlineData(-0.99f, 1)] // 1.275
    [InlineData(-0.985f, 2)] // 1.9125
    [InlineData(0.997f, 255)] // 254.6
    [InlineData(0.995f, 254)] // 254.4
    [InlineData(-1.001f, 0)]
    [InlineData(1.001f, 255)]
    [InlineData(-1e30f, 0)]
    [InlineData(1e30f, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NaN, 0)]
    public void ToBytes_rounds_and_clamps(float value, byte expected) =>
        Assert.Equal([expected], new SampleBatch(SampleFormat.OfImages(1, 1, 1), 1, [value]).ToBytes());

    [Fact]
    public void ToBytes_gives_back_every_byte()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(bytes, Batch(1, 16, 16, 1, bytes).ToBytes());
    }

    [Fact]
    public void A_sample_is_a_part_of_the_values()
    {
        SampleBatch batch = new(SampleFormat.OfImages(1, 2, 1), 3, [1, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 2], batch[0].ToArray());
        Assert.Equal([5, 6], batch[2].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[3].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[-1].Length);
    }

    [Fact]
    public void What_is_written_to_a_stream_or_to_memory_is_what_files_hold()
    {
        byte[] bytes = [.. Enumerable.Range(0, 5 * 12).Select(i => (byte)(4 * i))];
        SampleBatch batch = Batch(5, 3, 4, 1, bytes);
        using OneWayStream png = new(), npy = new(), numbers = new();
        batch.WritePng(png, columns: 2);
        batch.WriteNpy(npy);
        batch.WriteNpy(numbers, asFloat: true);
        batch.SavePng(temp.At("a.png"), columns: 2);
        batch.SaveNpy(temp.At("a.npy"));
        batch.SaveNpy(temp.At("b.npy"), asFloat: true);
        Assert.Equal(File.ReadAllBytes(temp.At("a.png")), png.Written);
        Assert.Equal(png.Written, batch.ToPng(columns: 2));
        Assert.Equal(File.ReadAllBytes(temp.At("a.npy")), npy.Written);
        Assert.Equal(File.ReadAllBytes(temp.At("b.npy")), numbers.Written);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.ToPng(columns: 0));
        Assert.Throws<InvalidInputException>(() => Batch(1, 1, 1, 2, [1, 2]).ToPng());
    }

    [Fact]
    public void Sizes_must_fit_the_values()
    {
        Assert.Throws<ArgumentException>(() => new SampleBatch(SampleFormat.OfImages(3, 4, 1), 2, new float[23]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleBatch(SampleFormat.OfImages(3, 4, 1), 0, []));
        Assert.Throws<OverflowException>(
            () => new SampleBatch(SampleFormat.OfImages(int.MaxValue, 4, 1), int.MaxValue, new float[4]));
    }

    [Theory]
    [InlineData(5, 3, 4, 1, 2, 21)]
    [InlineData(5, 3, 4, 3, 2, 21)]
    [InlineData(7, 28, 28, 1, null, 3)]
    [InlineData(4, 90, 50, 3, 9, 1)]
    public void SavePng_shows_every_pixel_in_its_place(
        int count, int height, int width, int channels, int? columns, int zoom)
    {
        const int Gap = 2, GapValue = 48;
        byte[] bytes = Noise(count * height * width * channels);
        string path = temp.At(Path.Combine("new", "grid.png"));
        Batch(count, height, width, channels, bytes).SavePng(path, columns);

        using SKBitmap picture = SKBitmap.Decode(path);
        int perRow = Math.Min(count, columns ?? (int)Math.Ceiling(Math.Sqrt(count))),
            rows = (count + perRow - 1) / perRow;
        Assert.Equal(
            (Gap + (perRow * ((width * zoom) + Gap)), Gap + (rows * ((height * zoom) + Gap))),
            (picture.Width, picture.Height));
        int wrong = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                int column = (x - Gap) / ((width * zoom) + Gap), row = (y - Gap) / ((height * zoom) + Gap);
                int inX = (x - Gap) % ((width * zoom) + Gap), inY = (y - Gap) % ((height * zoom) + Gap),
                    image = (row * perRow) + column;
                byte[] expected = [GapValue, GapValue, GapValue];
                if (inX >= 0 && inY >= 0 && inX < width * zoom && inY < height * zoom && image < count)
                {
                    int at = ((((image * height) + (inY / zoom)) * width) + (inX / zoom)) * channels;
                    expected = channels == 3 ? bytes[at..(at + 3)] : [bytes[at], bytes[at], bytes[at]];
                }

                if (picture.GetPixel(x, y) != new SKColor(expected[0], expected[1], expected[2]))
                    wrong++;
            }
        }

        Assert.Equal(0, wrong);
        Assert.Equal([Path.Combine("new", "grid.png")], temp.Entries().Where(entry => entry != "new"));
    }

    [Fact]
    public void Pictures_have_one_channel_or_three()
    {
        SampleBatch batch = new(SampleFormat.OfImages(1, 2, 2), 1, new float[4]);
        foreach (
            Action save in new Action[] { () => batch.SavePng(temp.At("a.png")), () => batch.SaveFolder(temp.At("a")) })
            Assert.Contains(
                "these samples have 2", Assert.Throws<InvalidInputException>(save).Message, StringComparison.Ordinal);
        Assert.Empty(temp.Entries());
        batch.SaveNpy(temp.At("a.npy"));
        Assert.Equal(["a.npy"], temp.Entries());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SaveNpy_writes_format_1_0(bool asFloat)
    {
        byte[] bytes = Noise(2 * 3 * 5 * 3);
        SampleBatch batch = Batch(2, 3, 5, 3, bytes);
        batch.SaveNpy(temp.At("samples.npy"), asFloat);
        byte[] file = File.ReadAllBytes(temp.At("samples.npy"));

        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], file[..8]);
        int start = 10 + file[8] + (256 * file[9]);
        Assert.Equal(0, start % 64);
        string header = Encoding.ASCII.GetString(file, 10, start - 10);
        Assert.Equal(
            $"{{'descr': '{(asFloat ? "<f4" : "|u1")}', 'fortran_order': False, 'shape': (2, 3, 5, 3), }}",
            header.TrimEnd());
        Assert.EndsWith(" \n", header, StringComparison.Ordinal);
        Assert.Equal(1, header.Count(c => c == '\n'));
        if (asFloat)
            Assert.Equal(batch.Values.ToArray(), MemoryMarshal.Cast<byte, float>(file.AsSpan(start)).ToArray());
        else
            Assert.Equal(bytes, file[start..]);
    }

    [Fact]
    public void SaveNpy_aligns_the_values_whatever_the_length_of_the_header()
    {
        for (int digits = 1, width = 1; digits <= 6; digits++, width *= 10)
        {
            new SampleBatch(SampleFormat.OfImages(1, width, 1), 1, new float[width]).SaveNpy(temp.At("a.npy"));
            byte[] file = File.ReadAllBytes(temp.At("a.npy"));
            int start = 10 + file[8] + (256 * file[9]);
            Assert.Equal(0, start % 64);
            Assert.Equal((byte)'\n', file[start - 1]);
            Assert.Equal(width, file.Length - start);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void SaveFolder_writes_one_picture_an_image(int channels)
    {
        byte[] bytes = Noise(12 * 4 * 3 * channels);
        Batch(12, 4, 3, channels, bytes).SaveFolder(temp.At("samples"));
        Assert.Equal(
            ["samples", .. Enumerable.Range(0, 12).Select(i => Path.Combine("samples", $"{i:D5}.png"))],
            temp.Entries());
        for (int i = 0; i < 12; i++)
        {
            using SKBitmap picture = SKBitmap.Decode(temp.At(Path.Combine("samples", $"{i:D5}.png")));
            Assert.Equal((3, 4), (picture.Width, picture.Height));
            for (int pixel = 0; pixel < 12; pixel++)
            {
                int at = ((i * 12) + pixel) * channels;
                Assert.Equal(
                    new SKColor(bytes[at], bytes[at + (channels / 2)], bytes[at + channels - 1]),
                    picture.GetPixel(pixel % 3, pixel / 3));
            }
        }
    }

    [Fact]
    public void SaveFolder_takes_an_empty_folder_and_refuses_others()
    {
        SampleBatch batch = new(SampleFormat.OfImages(1, 1, 1), 1, [0f]);
        Directory.CreateDirectory(temp.At("empty"));
        batch.SaveFolder(temp.At("empty"));
        string[] before = temp.Entries();
        Assert.Equal(["empty", Path.Combine("empty", "00000.png")], before);

        Assert.Contains(
            temp.At("empty"), Assert.Throws<InvalidInputException>(() => batch.SaveFolder(temp.At("empty"))).Message,
            StringComparison.Ordinal);
        string file = temp.Write("file", [1]);
        Assert.Throws<InvalidInputException>(() => batch.SaveFolder(file));
        Assert.Throws<ArgumentException>(() => batch.SaveFolder(""));
        Assert.Equal([.. before, "file"], temp.Entries());
        Assert.Equal([1], File.ReadAllBytes(file));
    }

    [Fact]
    public void A_failed_write_leaves_nothing()
    {
        SampleBatch batch = new(SampleFormat.OfImages(1, 1, 1), 1, [0f]);
        Directory.CreateDirectory(temp.At("folder"));
        temp.Write("file", [1, 2, 3]);
        string[] before = temp.Entries();
        // A folder of that name, and a folder that would have to be where a file is.
        foreach (string path in new[] { temp.At("folder"), temp.At(Path.Combine("file", "samples")) })
        {
            foreach (
                Action save in new Action[] { () => batch.SavePng(path), () => batch.SaveNpy(path), () =>
                    batch.SaveNpy(path, asFloat: true) })
                Assert.StartsWith(
                    $"'{path}' can't be written", Assert.Throws<InvalidInputException>(save).Message,
                    StringComparison.Ordinal);
        }

        Assert.Equal(before, temp.Entries());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(temp.At("file")));
    }

    [Fact]
    public void A_write_that_breaks_off_leaves_the_file_that_was_there()
    {
        string path = temp.Write("file", [1, 2, 3]);
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("The disk is full.");
        }));
        Assert.Equal(["file"], temp.Entries());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));

        AtomicFile.Write(path, stream => stream.WriteByte(4));
        Assert.Equal(["file"], temp.Entries());
        Assert.Equal([4], File.ReadAllBytes(path));
    }

    private static SampleBatch Batch(int count, int height, int width, int channels, byte[] bytes) =>
        new(SampleFormat.OfImages(height, width, channels), count, [.. bytes.Select(value => (value / 127.5f) - 1f)]);

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
