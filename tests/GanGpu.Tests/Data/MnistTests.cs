
namespace GanGpu.Tests.Data;

public sealed class MnistTests
{
    [Fact]
    public void The_training_set_is_read_whole()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "GanGpu.sln")))
            root = root.Parent;
        Assert.NotNull(root);
        string folder = Path.GetFullPath(Path.Combine(root.FullName, "..", "shared", "data", "mnist"));
        if (!Directory.Exists(folder))
            Assert.Skip("MNIST is not in ../shared/data/mnist beside the repository.");

        DataSet data = DataSource.Open(folder);
        Assert.Equal((60_000, 28, 28, 1), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels));
        Assert.Equal("mnist", data.Name);
        Assert.Equal(60_000 * 28 * 28, data.Pixels.Length);
        int[] histogram = new int[10];
        foreach (byte label in data.Labels.Span)
            histogram[label]++;
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], histogram);
        // Black borders, and a mean of 0.1307, which everyone who trains on MNIST has seen.
        double sum = 0;
        foreach (byte pixel in data.Pixels.Span)
            sum += pixel;
        Assert.Equal(0.1307, sum / data.Pixels.Length / 255, 4);
    }
}
