using GanGpu.Data;

namespace GanGpu.Tests.Data;

public sealed class CifarFileTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Planes_become_pixels()
    {
        temp.Write("data_batch_1.bin", [.. Record([3], 1), .. Record([9], 2)]);
        temp.Write("data_batch_3.bin", Record([0], 3));
        temp.Write("test_batch.bin", Record([5], 4));
        DataSet data = DataSource.Open(temp.Folder);
        Assert.Equal((3, 32, 32, 3), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels));
        Assert.Equal([3, 9, 0], data.Labels.ToArray());
        Assert.Equal(Path.GetFileName(temp.Folder), data.Name);
        foreach ((int image, int pixel) in new[] { (0, 0), (0, 1023), (1, 33), (2, 512) })
        {
            for (int channel = 0; channel < 3; channel++)
                Assert.Equal(
                    Value(image + 1, (channel * 1024) + pixel),
                    data.Pixels.Span[(((image * 1024) + pixel) * 3) + channel]);
        }

        DataSet? test = DataSource.OpenHeldOut(temp.Folder);
        Assert.Equal([5], test!.Labels.ToArray());
    }

    [Fact]
    public void The_fine_label_of_cifar100_is_taken()
    {
        string file = temp.Write("train.bin", [.. Record([19, 99], 1), .. Record([1, 7], 2)]);
        Assert.Equal([99, 7], DataSource.Open(temp.Folder).Labels.ToArray());
        Assert.Equal([99, 7], DataSource.Open(file).Labels.ToArray());
        Assert.Null(DataSource.OpenHeldOut(temp.Folder));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-3072)]
    public void A_length_of_no_whole_records_is_refused(int difference)
    {
        byte[] file = [.. Record([1], 1), .. Record([2], 2)];
        Refused(temp.Write("data_batch_1.bin", difference < 0 ? file[..^-difference]
            : [.. file, .. new byte[difference]]), $"has {file.Length + difference} bytes");
    }

    [Fact]
    public void A_class_that_there_is_not_is_refused() =>
        Refused(temp.Write("data_batch_1.bin", [.. Record([1], 1), .. Record([10], 2)]), "label 10 at image 1");

    [Fact]
    public void A_file_of_another_name_is_told_by_its_content()
    {
        Assert.Equal(
            [9, 4], DataSource.Open(temp.Write("any.bin", [.. Record([9], 1), .. Record([4], 2)])).Labels.ToArray());
        Assert.Equal([99], DataSource.Open(temp.Write("fine.bin", Record([19, 99], 1))).Labels.ToArray());
    }

    [Fact]
    public void An_empty_file_is_refused() => Refused(temp.Write("data_batch_1.bin", []), "is empty");

    [Fact]
    public void Every_cut_of_a_file_is_refused_or_whole_records()
    {
        byte[] file = [.. Record([1], 1), .. Record([2], 2), .. Record([3], 3)];
        for (int length = 1; length < file.Length; length += 7)
        {
            string path = temp.Write("data_batch_1.bin", file[..length]);
            if (length % 3073 == 0)
                Assert.Equal(length / 3073, DataSource.Open(path).Count);
            else
                Refused(path, "no whole records");
        }
    }

    private void Refused(string path, string said)
    {
        DataFormatException fault = Assert.Throws<DataFormatException>(() => DataSource.Open(temp.Folder));
        Assert.Equal(path, fault.Path);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    private static byte Value(int image, int index) => (byte)((index * 31) ^ (index >> 5) ^ (image * 77));

    private static byte[] Record(byte[] labels, int image) =>
        [.. labels, .. Enumerable.Range(0, 3072).Select(index => Value(image, index))];
}
