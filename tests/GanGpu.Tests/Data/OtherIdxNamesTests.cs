using GanGpu.Data;
using GanGpu.Images;

namespace GanGpu.Tests.Data;

public sealed class OtherIdxNamesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-names-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("t10k-images-idx3-ubyte.gz")]
    [InlineData("t10k-images.idx3-ubyte")]
    public void A_folder_with_other_idx_files_only_is_refused_with_the_way_to_open_them(string name)
    {
        // One image of 1x1.
        File.WriteAllBytes(Path.Combine(folder.FullName, name), [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 77]);
        File.WriteAllBytes(Path.Combine(folder.FullName, "t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 5]);
        foreach (
            Func<string, DataSet> open in new Func<string, DataSet>[] {
                DataSource.Open, path => AnyData.Open(path), path => ImageFolder.Open(path) })
        {
            DataFormatException fault = Assert.Throws<DataFormatException>(() => open(folder.FullName));
            Assert.Equal(folder.FullName, fault.Path);
            Assert.Contains($"no train-images-idx3-ubyte, but '{name}'", fault.Message, StringComparison.Ordinal);
        }

        // And that way is one.
        Assert.Equal([77], DataSource.Open(Path.Combine(folder.FullName, name)).Pixels.ToArray());
    }

    [Fact]
    public void Labels_alone_are_no_images()
    {
        File.WriteAllBytes(Path.Combine(folder.FullName, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 5]);
        DataFormatException fault = Assert.Throws<DataFormatException>(() => AnyData.Open(folder.FullName));
        Assert.StartsWith($"'{folder.FullName}' holds no images: ", fault.Message, StringComparison.Ordinal);
    }
}
