using SkiaSharp;

namespace GanGpu.Tests.Cli;

public sealed class InterpolateCommandTests : IDisposable
{
    private const int Tile = 84, Gap = 2;

    private readonly Workplace place = new();

    public InterpolateCommandTests() => SharedRun.CopyTo(place);

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_row_goes_from_a_sample_of_one_seed_to_one_of_the_next()
    {
        Interpolate("--seeds", "3,5,9", "--count", "2", "--steps", "4", "--out", "rows.png");
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--seed", "3", "--count", "2", "--out", "three.png")
            .Succeeded();
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--seed", "5", "--count", "2", "--out", "five.png")
            .Succeeded();
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--seed", "9", "--count", "2", "--out", "nine.png")
            .Succeeded();
        using SKBitmap rows = SKBitmap.Decode(place.At("rows.png")), three = SKBitmap.Decode(place.At("three.png")),
            five = SKBitmap.Decode(place.At("five.png")), nine = SKBitmap.Decode(place.At("nine.png"));
        // Two walks of two legs each.
        Assert.Equal(((4 * (Tile + Gap)) + Gap, (4 * (Tile + Gap)) + Gap), (rows.Width, rows.Height));
        for (int walk = 0; walk < 2; walk++)
        {
            Assert.Equal(Part(three, 0, walk), Part(rows, 2 * walk, 0));
            Assert.Equal(Part(five, 0, walk), Part(rows, 2 * walk, 3));
            Assert.Equal(Part(five, 0, walk), Part(rows, (2 * walk) + 1, 0));
            Assert.Equal(Part(nine, 0, walk), Part(rows, (2 * walk) + 1, 3));
            Assert.NotEqual(Part(rows, 2 * walk, 0), Part(rows, 2 * walk, 1));
        }
    }

    [Fact]
    public void A_film_of_a_loop_has_no_seam()
    {
        Interpolate("--seeds", "0..2", "--loop", "--frames", "5", "--count", "4", "--out", "loop.webp", "--out",
            "loop.png");
        Interpolate("--seeds", "0..2", "--frames", "5", "--count", "4", "--mode", "linear", "--out", "line.webp");
        using SKCodec loop = SKCodec.Create(place.At("loop.webp")), line = SKCodec.Create(place.At("line.webp"));
        Assert.Equal((15, 11), (loop.FrameCount, line.FrameCount));
        Assert.Equal((2 * (Tile + Gap)) + Gap, loop.Info.Width);
        using SKBitmap first = Frame(loop, 0), other = Frame(loop, 5), sameFirst = Frame(line, 0);
        Assert.Equal(first.Pixels, sameFirst.Pixels);
        Assert.NotEqual(first.Pixels, other.Pixels);
        using SKBitmap rows = SKBitmap.Decode(place.At("loop.png"));
        Assert.Equal((12 * (Tile + Gap)) + Gap, rows.Height);
    }

    [Fact]
    public void Without_names_both_lie_beside_the_checkpoint()
    {
        Assert.Contains("interpolation.webp", Interpolate().Output, StringComparison.Ordinal);
        Assert.True(File.Exists(place.At("run/interpolation.png")));
        Assert.True(File.Exists(place.At("run/interpolation.webp")));
    }

    [Fact]
    public void Truncation_makes_samples_alike()
    {
        double all = Spread("all.npy"), some = Spread("some.npy", "--truncation", "1"),
            few = Spread("few.npy", "--truncation", "0.1");
        Assert.True(few < some && some < all, $"{few} {some} {all}");
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--count", "50", "--out", "wide.npy", "--truncation", "6")
            .Succeeded();
        Assert.Equal(place.Read("all.npy"), place.Read("wide.npy"));

        double Spread(string name, params string[] arguments)
        {
            Gangpu.Run(place, ["sample", "run", "--device", "cpu", "--count", "50", "--out", name, .. arguments])
                .Succeeded();
            byte[][] samples = [.. place.Read(name)[^(50 * 784)..].Chunk(784)];
            return Enumerable.Range(0, 784)
                .Sum(i => samples.Average(sample => (double)sample[i] * sample[i])
                    - Math.Pow(samples.Average(sample => (double)sample[i]), 2));
        }
    }

    [Theory]
    [InlineData("--seeds", "3")]
    [InlineData("--seeds", "a")]
    [InlineData("--mode", "round")]
    [InlineData("--steps", "1")]
    [InlineData("--count", "0")]
    [InlineData("--frames", "100000")]
    [InlineData("--truncation", "0")]
    [InlineData("--class", "1")]
    [InlineData("--out", "./film.gif")]
    [InlineData("--out", "./missing/film.webp")]
    public void Bad_input_is_refused(params string[] arguments)
    {
        string[] before = place.Entries();
        InProcess.Run(place, ["interpolate", "./run", "--device", "cpu", .. arguments]).FailedWith(2);
        Assert.Equal(before, place.Entries());
    }

    private Result Interpolate(params string[] arguments) =>
        Gangpu.Run(place, ["interpolate", "run", "--device", "cpu", .. arguments]).Succeeded();

    private static SKColor[] Part(SKBitmap grid, int row, int column)
    {
        using SKBitmap part = new();
        Assert.True(
            grid.ExtractSubset(
                part, SKRectI.Create(Gap + (column * (Tile + Gap)), Gap + (row * (Tile + Gap)), Tile, Tile)));
        return part.Pixels;
    }

    private static SKBitmap Frame(SKCodec codec, int index)
    {
        SKBitmap frame =
            new(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(frame.Info, frame.GetPixels(), new SKCodecOptions(index)));
        return frame;
    }
}
