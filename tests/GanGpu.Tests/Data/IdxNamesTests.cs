using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Images;

namespace GanGpu.Tests.Data;

/// <summary>MNIST's files by the names that mirrors and unpackers give them.</summary>
public sealed class IdxNamesTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte")]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
        "t10k-labels-idx1-ubyte.gz")]
    [InlineData("emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz",
        "emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters-test-labels-idx1-ubyte.gz")]
    [InlineData("emnist-digits-train-images.idx3-ubyte", "emnist-digits-train-labels.idx1-ubyte",
        "emnist-digits-test-images.idx3-ubyte", "emnist-digits-test-labels.idx1-ubyte")]
    [InlineData("Train-Images.IDX3-ubyte", "Train-Labels.IDX1-ubyte", "Test-Images.IDX3-ubyte",
        "Test-Labels.IDX1-ubyte")]
    [InlineData("train_images.idx3.ubyte", "train_labels.idx1.ubyte", "test_images.idx3.ubyte",
        "test_labels.idx1.ubyte")]
    public void Images_labels_and_tests_are_found_by_any_of_their_names(string images, string labels, string testImages,
        string testLabels)
    {
        Write(images, Images(5, 6));
        Write(labels, Labels(1, 2));
        Write(testImages, Images(9));
        Write(testLabels, Labels(7));
        // By the folder, and by the file.
        foreach (string path in new[] { temp.Folder, temp.At(images) })
        {
            DataSet data = AnyData.Open(path), held = DataSource.OpenHeldOut(path)!;
            Assert.Equal([5, 6], data.Pixels.ToArray());
            Assert.Equal([1, 2], data.Labels.ToArray());
            Assert.Equal((9, 7), (held.Pixels.Span[0], held.Labels.Span[0]));
        }

        Assert.Null(DataSource.OpenHeldOut(temp.At(testImages)));
    }

    [Fact]
    public void Of_several_sets_one_must_be_named()
    {
        foreach (string name in new[] { "digits", "letters" })
        {
            Write($"emnist-{name}-train-images-idx3-ubyte", Images(1));
            Write($"emnist-{name}-train-labels-idx1-ubyte", Labels((byte)name.Length));
        }

        Assert.Contains("2 data sets; name one by its file of images, such as 'emnist-digits-train-images-idx3-ubyte'",
            Assert.Throws<DataFormatException>(() => AnyData.Open(temp.Folder)).Message, StringComparison.Ordinal);
        Assert.Equal([7], AnyData.Open(temp.At("emnist-letters-train-images-idx3-ubyte")).Labels.ToArray());
    }

    [Fact]
    public void The_same_file_packed_and_unpacked_is_one()
    {
        Write("train-images-idx3-ubyte", Images(1));
        Write("train-images-idx3-ubyte.gz", Images(1));
        Write("train-labels-idx1-ubyte", Labels(3));
        Assert.Equal([3], AnyData.Open(temp.Folder).Labels.ToArray());
    }

    private static byte[] Images(params byte[] values) =>
        [0, 0, 8, 3, 0, 0, 0, (byte)values.Length, 0, 0, 0, 1, 0, 0, 0, 1, .. values];

    private static byte[] Labels(params byte[] values) => [0, 0, 8, 1, 0, 0, 0, (byte)values.Length, .. values];

    private void Write(string name, byte[] content) =>
        temp.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? FilePlaces.Gzip(content) : content);
}
