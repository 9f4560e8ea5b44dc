using GanGpu.Images;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Images;

/// <summary>The file of decoded images: a second start reads nothing else, and no fault of it is ever seen.</summary>
public sealed class DecodedCacheTests : IDisposable
{
    private static readonly ImageOptions OnePixel = new() { Height = 1, Width = 1 };

    private readonly TempFolder temp = new();

    public DecodedCacheTests()
    {
        for (byte i = 1; i <= 5; i++)
            temp.Write($"data/{i % 2}/{i}.png", Pictures.Grey(i));
    }

    public void Dispose() => temp.Dispose();

    [Fact]
    public void A_second_start_decodes_nothing()
    {
        Counting first = Open(out DataSet decoded);
        Assert.Equal(5, first.Reads);
        Counting second = Open(out DataSet kept);
        Assert.Equal(0, second.Reads);
        Assert.Equal(decoded.Pixels.ToArray(), kept.Pixels.ToArray());
        Assert.Equal(decoded.Labels.ToArray(), kept.Labels.ToArray());
        Assert.Equal(["0", "1"], kept.ClassNames);
        Assert.Equal(
            (decoded.Name, decoded.Count, decoded.Format), (kept.Name, kept.Count, kept.Format));
        Assert.Single(Directory.GetFiles(temp.At("cache")));
    }

    [Fact]
    public void What_has_changed_is_decoded_anew()
    {
        Open(out _);
        string file = temp.At("data/1/5.png");
        DateTime written = File.GetLastWriteTimeUtc(file);
        File.WriteAllBytes(file, Pictures.Grey(200));
        File.SetLastWriteTimeUtc(file, written.AddSeconds(1));
        Assert.Equal(5, Open(out DataSet changed).Reads);
        Assert.Equal(200, changed.Pixels.Span[^1]);

        temp.Write("data/1/6.png", Pictures.Grey(6));
        Assert.Equal(6, Open(out _).Reads);
        File.Move(temp.At("data/1/6.png"), temp.At("data/0/6.png"));
        Assert.Equal(6, Open(out DataSet moved).Reads);
        Assert.Equal([0, 0, 0, 1, 1, 1], moved.Labels.ToArray());
        Assert.Equal(6, Open(out _, OnePixel with { Channels = 3 }).Reads);
        Assert.Equal(6, Open(out _, OnePixel with { Width = 2 }).Reads);
        Assert.Equal(6, Open(out _, OnePixel with { Background = "white" }).Reads);
        Assert.Equal(0, Open(out _, OnePixel with { Background = "#000000" }).Reads);
        Assert.Equal(0, Open(out _).Reads);
    }

    [Fact]
    public void What_is_said_of_the_images_and_their_classes_is_the_same_at_each_start()
    {
        temp.Write("data/1/7.heic", [1]);
        Open(out DataSet decoded);
        Assert.Equal(0, Open(out DataSet kept).Reads);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(decoded.Source()),
            System.Text.Json.JsonSerializer.Serialize(kept.Source()));
        Assert.Equal([(".heic", 1)], kept.Source().LeftOut.Select(pair => (pair.Key, pair.Value)));

        // Classes come from elsewhere, and need no decoding.
        string table = temp.Write("labels.csv", "1.png,a\n2.png,b\n3.png,a\n4.png,b\n5.png,c\n"u8.ToArray());
        Assert.Equal(0, Open(out DataSet labelled, OnePixel with { LabelFile = table }).Reads);
        Assert.Equal(["a", "b", "c"], labelled.ClassNames);

        // And what is left out is told anew where it has changed.
        temp.Write("data/1/8.avif", [1]);
        Open(out DataSet more);
        Assert.Equal(2, more.Source().LeftOut.Count);
    }

    [Fact]
    public void A_change_behind_a_link_is_seen()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need a privilege on Windows.");
        string target = temp.Write("elsewhere.png", Pictures.Grey(9));
        File.CreateSymbolicLink(temp.At("data/1/9.png"), target);
        Assert.Equal(6, Open(out _).Reads);
        Assert.Equal(0, Open(out _).Reads);
        File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(target).AddSeconds(1));
        Assert.Equal(6, Open(out _).Reads);
    }

    [Fact]
    public void A_damaged_cache_is_made_anew()
    {
        Open(out DataSet decoded);
        string file = Assert.Single(Directory.GetFiles(temp.At("cache")));
        byte[] whole = File.ReadAllBytes(file);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x41;
            File.WriteAllBytes(file, i % 2 == 0 ? damaged : whole[..i]);
            Assert.Equal(5, Open(out DataSet again).Reads);
            Assert.Equal(decoded.Pixels.ToArray(), again.Pixels.ToArray());
            Assert.Equal(whole, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_done_without()
    {
        // A file lies where the folder should be.
        temp.Write("cache", [1]);
        Assert.Equal(5, Open(out DataSet data).Reads);
        Assert.Equal(5, data.Count);
        Assert.Equal(5, Open(out _).Reads);
    }

    [Fact]
    public void What_is_incomplete_is_not_kept()
    {
        temp.Write("data/1/7.png", [1, 2, 3]);
        Open(out DataSet data, OnePixel with { SkipDamaged = true });
        Assert.Equal((5, 1), (data.Count, data.Damaged.Count));
        Assert.False(Directory.Exists(temp.At("cache")));
    }

    [Fact]
    public void Few_images_are_not_worth_it()
    {
        using FolderSource source = new(temp.At("data"));
        Assert.Null(ImageDecoding.CacheFor(source));
    }

    private Counting Open(out DataSet data, ImageOptions? options = null)
    {
        using FolderSource source = new(temp.At("data"));
        Counting counting = new(source);
        data = ImageDecoding.Open(counting, options
            ?? OnePixel, temp.At("cache"), TestContext.Current.CancellationToken);
        return counting;
    }

    private sealed class Counting(IImageSource inner) : IImageSource
    {
        private int reads;

        public int Reads => reads;

        public string Location => inner.Location;

        public IReadOnlyList<string> Names => inner.Names;

        public IReadOnlyDictionary<string, int> LeftOut => inner.LeftOut;

        public byte[]? ReadLabels() => inner.ReadLabels();

        public long EncodedBytes => inner.EncodedBytes;

        public IEnumerable<string> Fingerprint => inner.Fingerprint;

        public string PathOf(int index) => inner.PathOf(index);

        public byte[] Read(int index)
        {
            Interlocked.Increment(ref reads);
            return inner.Read(index);
        }

        public void Dispose() => inner.Dispose();
    }
}
