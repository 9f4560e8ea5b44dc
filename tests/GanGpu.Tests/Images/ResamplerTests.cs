using GanGpu.Images;
using GanGpu.Modalities.Images;

namespace GanGpu.Tests.Images;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 28)]
    [InlineData(31, 17)]
    public void A_picture_of_the_right_size_stays_as_it_is(int width, int height)
    {
        byte[] source = Noise(width, height);
        Assert.Equal(source, Scale(source, width, 0, 0, width, height, width, height));
    }

    [Theory]
    [InlineData(40, 30, 20, 15)] // Halved
    [InlineData(84, 84, 28, 28)] // By three, between the halvings of a mipmap
    [InlineData(100, 37, 28, 28)] // Each side by its own
    [InlineData(29, 28, 28, 28)]
    [InlineData(7, 5, 28, 19)] // Enlarged
    [InlineData(3, 50, 9, 5)] // One of each
    [InlineData(1, 1, 6, 4)]
    [InlineData(300, 200, 1, 1)]
    public void Every_pixel_is_the_cubic_mean_of_the_source(int width, int height, int targetWidth, int targetHeight)
    {
        byte[] source = Noise(width, height),
            target = Scale(source, width, 0, 0, width, height, targetWidth, targetHeight);
        for (int y = 0; y < targetHeight; y++)
        {
            for (int x = 0; x < targetWidth; x++)
            {
                for (int channel = 0; channel < 4; channel++)
                {
                    double expected =
                        Math.Clamp(Reference(source, width, height, targetWidth, targetHeight, x, y, channel), 0, 255);
                    // Half a level for rounding, and a little for sums of floats that come close to it.
                    Assert.InRange(target[(4 * ((y * targetWidth) + x)) + channel], expected - 0.51, expected + 0.51);
                }
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(28)]
    [InlineData(200)]
    public void One_colour_stays_that_colour_and_the_rest_of_the_picture_does_not_show(int side)
    {
        const int Width = 60, Height = 50, Left = 7, Top = 5, PartWidth = 40, PartHeight = 31;
        byte[] source = Noise(Width, Height);
        for (int y = Top; y < Top + PartHeight; y++)
        {
            for (int x = Left; x < Left + PartWidth; x++)
                new byte[] { 11, 99, 200, 255 }.CopyTo(source, 4 * ((y * Width) + x));
        }

        byte[] target = Scale(source, Width, Left, Top, PartWidth, PartHeight, side, side);
        for (int i = 0; i < target.Length; i += 4)
            Assert.Equal([11, 99, 200, 255], target[i..(i + 4)]);
    }

    [Fact]
    public void An_edge_does_not_wrap_around()
    {
        // Black beside white, enlarged: the cubic overshoots, and a byte without a bound would turn the colours around.
        byte[] source =
            [.. Enumerable.Range(0, 8).SelectMany(x => Enumerable.Repeat(x < 4 ? byte.MinValue : byte.MaxValue, 4))];
        byte[] target = Scale(source, 8, 0, 0, 8, 1, 80, 1);
        for (int x = 1; x < 80; x++)
            Assert.True(
                target[4 * x] >= target[4 * (x - 1)], $"At {x}, {target[4 * (x - 1)]} is followed by {target[4 * x]}.");
        Assert.Equal((byte.MinValue, byte.MaxValue), (target[0], target[^1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Saved_images_are_opened_as_the_same_bytes(int channels)
    {
        byte[] bytes = new byte[6 * 28 * 28 * channels];
        new Random(channels).NextBytes(bytes);
        string folder = Path.Combine(Directory.CreateTempSubdirectory("gangpu-resampler-").FullName, "images");
        try
        {
            new SampleBatch(
                SampleFormat.OfImages(28, 28, channels), 6, [.. bytes.Select(value => (value / 127.5f) - 1f)]).SaveFolder(folder);
            Assert.Equal(bytes, ImageFolder.Open(folder, new ImageOptions { Channels = channels }).Pixels.ToArray());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        }
    }

    [Theory]
    [InlineData(29, 28, 28, 28)]
    [InlineData(28, 33, 28, 28)]
    [InlineData(640, 28, 28, 28)]
    [InlineData(12, 50, 12, 6)]
    [InlineData(50, 12, 6, 12)]
    [InlineData(12, 13, 12, 6)]
    public void A_crop_alone_takes_whole_pixels(int width, int height, int targetWidth, int targetHeight)
    {
        byte[] grey = new byte[width * height];
        new Random(width).NextBytes(grey);
        string folder = Directory.CreateTempSubdirectory("gangpu-resampler-").FullName;
        try
        {
            using (FileStream file = File.Create(Path.Combine(folder, "a.png")))
                ImageCodec.EncodePng(file, grey, height, width, 1);
            byte[] cropped = ImageFolder.Open(folder, new ImageOptions { Height = targetHeight, Width = targetWidth })
                .Pixels.ToArray();
            for (int y = 0; y < targetHeight; y++)
                Assert.Equal(
                    grey.AsSpan(
                        ((y + ((height - targetHeight) / 2)) * width) + ((width - targetWidth) / 2), targetWidth),
                    cropped.AsSpan(targetWidth * y, targetWidth));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Scale(
        byte[] source, int sourceWidth, int left, int top, int width, int height, int targetWidth, int targetHeight)
    {
        byte[] target = new byte[4 * targetWidth * targetHeight];
        Resampler.Scale(
            new PicturePart(source, 4 * sourceWidth, left, top, width, height), target, targetWidth, targetHeight);
        return target;
    }

    /// <summary>By the definition: over every source pixel, both directions at once, in float64.</summary>
    private static double Reference(
        byte[] source, int width, int height, int targetWidth, int targetHeight, int x, int y, int channel)
    {
        double sum = 0, weights = 0;
        for (int v = 0; v < height; v++)
        {
            double rowWeight = Weight(v, y, height, targetHeight);
            for (int u = 0; rowWeight != 0 && u < width; u++)
            {
                double weight = rowWeight * Weight(u, x, width, targetWidth);
                sum += weight * source[(4 * ((v * width) + u)) + channel];
                weights += weight;
            }
        }

        return sum / weights;

        static double Weight(int from, int to, int length, int targetLength)
        {
            double scale = (double)length / targetLength, t = Math.Abs(from + 0.5 - ((to + 0.5) * scale))
                / Math.Max(scale, 1);
            // Keys, "Cubic convolution interpolation for digital image processing" (1981), equation 15 with a = −1/2.
            return t switch
            {
                < 1 => (1.5 * Math.Pow(t, 3)) - (2.5 * Math.Pow(t, 2)) + 1,
                < 2 => (-0.5 * Math.Pow(t, 3)) + (2.5 * Math.Pow(t, 2)) - (4 * t) + 2,
                _ => 0,
            };
        }
    }

    private static byte[] Noise(int width, int height)
    {
        byte[] bytes = new byte[4 * width * height];
        new Random(width).NextBytes(bytes);
        return bytes;
    }
}
