using GanGpu.Images;

namespace GanGpu.Tests.Images;

public sealed class PixelGridTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-grid-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Columns_below_one_are_refused(int asked)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            "columns", () => new SampleBatch(SampleFormat.OfImages(2, 2, 1), 4, new float[16]).SavePng(At("a.png"), asked));
        Assert.Empty(folder.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData(300_000, 1, null)] // Enlarged to 84 each: more pixels than an int counts
    [InlineData(40_000, 28, 40_000)] // One row, and no overflow
    public void Too_many_images_for_one_picture_are_refused_in_words(int count, int side, int? columns)
    {
        SampleBatch batch = new(SampleFormat.OfImages(side, side, 1), count, new float[count * side * side]);
        InvalidInputException fault = Assert.Throws<InvalidInputException>(() => batch.SavePng(At("a.png"), columns));
        Assert.StartsWith(
            $"{count} images of {side}x{side} make a picture of ", fault.Message, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void A_name_as_long_as_the_disk_takes_can_be_written()
    {
        string name = new string('n', 251) + ".png"; // 255 bytes, the limit of the usual file systems
        new SampleBatch(SampleFormat.OfImages(2, 2, 1), 1, new float[4]).SavePng(At(name));
        Assert.Equal([name], folder.EnumerateFileSystemInfos().Select(file => file.Name));
    }

    private string At(string name) => Path.Combine(folder.FullName, name);
}
