using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Data;
using GanGpu.Tests.Reports;
using SkiaSharp;

namespace GanGpu.Tests.Images;

public sealed class FilmTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Frames_come_back_as_they_went_in(int channels)
    {
        using TempFolder folder = new();
        string path = folder.At("film.webp");
        SampleBatch[] frames = [.. Enumerable.Range(0, 5).Select(frame => Batch(4, 28, 28, channels, frame))];
        Film.Save(path, frames, TimeSpan.FromMilliseconds(70), columns: 4);

        using SKCodec codec = SKCodec.Create(path);
        Assert.Equal(SKEncodedImageFormat.Webp, codec.EncodedFormat);
        Assert.Equal(5, codec.FrameCount);
        // Endlessly.
        Assert.Equal(-1, codec.RepetitionCount);
        Assert.All(codec.FrameInfo, frame => Assert.Equal(70, frame.Duration));
        for (int i = 0; i < frames.Length; i++)
        {
            string still = folder.At("still.png");
            frames[i].SavePng(still, columns: 4);
            using SKBitmap expected = SKBitmap.Decode(still),
                shown = new(
                    new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(shown.Info, shown.GetPixels(), new SKCodecOptions(i)));
            Assert.Equal((expected.Height, expected.Width), (shown.Height, shown.Width));
            Assert.Equal(expected.Pixels, shown.Pixels);
        }
    }

    [Fact]
    public void A_runs_grids_become_a_film_of_limited_length()
    {
        using FinishedRun run = new(steps: 9000);
        Assert.True(RunFilm.Save(run.Folder, 9000));
        using (SKCodec codec = SKCodec.Create(Path.Combine(run.Folder, RunFilm.FileName)))
        {
            Assert.Equal(60, codec.FrameCount);
            Assert.True(codec.FrameInfo[^1].Duration > codec.FrameInfo[0].Duration);
        }

        // Later grids belong to a training that was gone back from.
        Assert.True(RunFilm.Save(run.Folder, 400));
        using (SKCodec codec = SKCodec.Create(Path.Combine(run.Folder, RunFilm.FileName)))
            Assert.Equal(5, codec.FrameCount);
        Assert.False(RunFilm.Save(run.Folder, 0));
    }

    [Fact]
    public void Photographs_are_not_kept_to_the_bit()
    {
        using TempFolder folder = new();
        string lossy = folder.At("lossy.webp"), exact = folder.At("exact.webp");
        Film.Save(lossy, [Batch(1, 256, 256, 3, 1)], TimeSpan.FromSeconds(1));
        Film.Save(exact, [Batch(4, 8, 8, 1, 1)], TimeSpan.FromSeconds(1));
        Assert.Contains(
            "VP8 ", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(lossy)), StringComparison.Ordinal);
        Assert.Contains(
            "VP8L", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(exact)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_film_is_refused_and_leaves_nothing()
    {
        using TempFolder folder = new();
        string path = folder.At("film.webp"), damaged = folder.At("damaged.png");
        Assert.Throws<ArgumentException>(
            () => Film.Save(path, [Batch(4, 8, 8, 1, 1), Batch(4, 8, 9, 1, 1)], TimeSpan.FromSeconds(1)));
        Assert.Throws<InvalidInputException>(() => Film.Save(path, [Batch(4, 8, 8, 2, 1)], TimeSpan.FromSeconds(1)));
        Assert.Throws<InvalidInputException>(
            () => Film.Save(path, [Batch(250, 1, 100, 1, 1)], TimeSpan.FromSeconds(1), columns: 250));
        File.WriteAllText(damaged, "no picture");
        Assert.Throws<DataFormatException>(
            () => Film.Save(path, [damaged], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => Film.Save(path, [Batch(4, 8, 8, 1, 1)], TimeSpan.FromSeconds(1), cancellationToken: cancelled.Token));
        Assert.Equal([damaged], Directory.EnumerateFiles(folder.Folder));
    }

    /// <summary>Noise, with other values for each seed.</summary>
    private static SampleBatch Batch(int count, int height, int width, int channels, int seed)
    {
        float[] values = new float[count * height * width * channels];
        uint state = (uint)seed + 1;
        for (int i = 0; i < values.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            values[i] = (state >> 8 & 0xFF) / 127.5f - 1;
        }

        return new SampleBatch(SampleFormat.OfImages(height, width, channels), count, values);
    }
}
