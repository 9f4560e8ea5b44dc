using GanGpu.Data;
using GanGpu.Images;

namespace GanGpu.Tests.Images;

/// <summary>What the core opens, what takes the package of images, and who says so.</summary>
public sealed class AnyDataTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-any-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_core_says_which_package_opens_a_folder_of_images()
    {
        Draw();
        foreach (string path in new[] { folder.FullName, "stacked:" + folder.FullName })
        {
            DataFormatException fault = Assert.Throws<DataFormatException>(() => DataSource.Open(path));
            Assert.Equal(folder.FullName, fault.Path);
            Assert.Contains("ImageFolder.Open of the package GanGpu.Images", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folders_of_images_and_what_the_core_opens_are_opened_alike()
    {
        Draw();
        DataSet images = AnyData.Open(folder.FullName, new ImageOptions { Height = 4, Width = 4 });
        Assert.Equal((3, 4, 4, 1), (images.Count, images.Format.Height, images.Format.Width, images.Format.Channels));
        Assert.Equal(
            images.Pixels.ToArray(), ImageFolder.Open(folder.FullName, new ImageOptions { Height = 4, Width = 4 })
            .Pixels.ToArray());

        DataSet stacked = AnyData.Open("stacked:" + folder.FullName, new ImageOptions { Height = 2, Width = 2 });
        Assert.Equal((2, 2, 3), (stacked.Format.Height, stacked.Format.Width, stacked.Format.Channels));
        Assert.Equal(DataSource.Open("ring").Values.ToArray(), AnyData.Open("ring").Values.ToArray());
    }

    [Fact]
    public void The_core_refers_to_no_imaging_library() =>
        Assert.DoesNotContain(typeof(DataSet).Assembly.GetReferencedAssemblies(), assembly =>
            assembly.Name is "SkiaSharp" or "GanGpu.Images");

    private void Draw() =>
        new SampleBatch(
            SampleFormat.OfImages(4, 4, 1), 3, [.. Enumerable.Range(0, 48).Select(i => (i / 24f) - 1)]).SaveFolder(folder.FullName);
}
