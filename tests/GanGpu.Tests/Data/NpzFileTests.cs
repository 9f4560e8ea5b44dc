using System.IO.Compression;
using System.Text;
using GanGpu.Data;
using GanGpu.Images;

namespace GanGpu.Tests.Data;

/// <summary>NumPy's archives of arrays, and which of the arrays are taken.</summary>
public sealed class NpzFileTests : IDisposable
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 3 * 2 * 2).Select(i => (byte)(i * 9))];

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("anything", null)]
    [InlineData("arr_0", null)]
    [InlineData("images", "labels")]
    [InlineData("x", "y")]
    [InlineData("X", "y")]
    [InlineData("arr_0", "arr_1")]
    [InlineData("x_train", "y_train")]
    [InlineData("train_images", "train_labels")]
    public void Samples_and_their_classes_are_known_by_name(string samples, string? classes)
    {
        List<(string, byte[])> arrays = [(samples, Npy("|u1", "(3, 2, 2)", Pixels))];
        if (classes is not null)
            arrays.Add((classes, Npy("<i8", "(3,)", [.. new long[] { 2, 0, 255 }.SelectMany(BitConverter.GetBytes)])));
        foreach (Func<string, DataSet> open in new Func<string, DataSet>[] { DataSource.Open, path => AnyData.Open(path) })
        {
            DataSet data = open(Npz([.. arrays]));
            Assert.Equal((3, 2, 2, 1), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels));
            Assert.Equal(Pixels, data.Pixels.ToArray());
            Assert.Equal(classes is null ? [] : [2, 0, 255], data.Labels.ToArray());
        }
    }

    [Fact]
    public void Arrays_to_test_on_are_held_out()
    {
        string path = Npz(("x_train", Npy("|u1", "(3, 2, 2)", Pixels)), ("y_train", Npy("|u1", "(3, 1)", [1, 2, 3])),
            ("x_test", Npy("|u1", "(1, 2, 2)", Pixels[..4])), ("y_test", Npy("|u1", "(1,)", [7])));
        DataSet held = DataSource.OpenHeldOut(path)!;
        Assert.Equal((1, 7), (held.Count, held.Labels.Span[0]));
        Assert.Null(DataSource.OpenHeldOut(Npz(("x", Npy("|u1", "(3, 2, 2)", Pixels)))));
    }

    [Theory]
    [InlineData("holds the arrays a, b, and none is called as images are", "a", "(3, 2, 2)", "b", "(12,)")]
    [InlineData("12 classes; the two arrays do not belong together", "images", "(3, 2, 2)", "labels", "(12,)")]
    [InlineData("save numpy.argmax(a, 1) if they are one-hot", "x", "(3, 2, 2)", "y", "(3, 4)")]
    [InlineData("channels come last: save numpy.moveaxis(a, 1, 3)", "x", "(1, 3, 2, 2)", "z", "(12,)")]
    public void Arrays_that_do_not_fit_are_refused(string said, string first, string firstShape, string second,
        string secondShape)
    {
        string path = Npz((first, Npy("|u1", firstShape, Pixels)), (second, Npy("|u1", secondShape, Pixels)));
        Assert.Contains(said, Assert.Throws<DataFormatException>(() => AnyData.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void Classes_outside_of_what_can_be_are_refused(int label)
    {
        string path = Npz(("x", Npy("|u1", "(3, 2, 2)", Pixels)),
            ("y", Npy("<i4", "(3,)", [.. new[] { 0, label, 1 }.SelectMany(BitConverter.GetBytes)])));
        Assert.Contains("class of image 1 a number outside of 0 to 255",
            Assert.Throws<DataFormatException>(() => AnyData.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_is_noticed_or_harmless()
    {
        byte[] whole = File.ReadAllBytes(Npz(("x", Npy("|u1", "(3, 2, 2)", Pixels))));
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x21;
            string path = temp.Write("damaged.npz", damaged);
            try
            {
                Assert.Equal(Pixels, AnyData.Open(path).Pixels.ToArray());
            }
            catch (DataFormatException fault)
            {
                Assert.StartsWith($"'{path}", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    private static byte[] Npy(string type, string shape, byte[] content)
    {
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. header, .. content];
    }

    private string Npz(params (string Name, byte[] Content)[] arrays)
    {
        string path = temp.At("a.npz");
        File.Delete(path);
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in arrays)
        {
            using Stream stream = zip.CreateEntry(name + ".npy").Open();
            stream.Write(content);
        }

        return path;
    }
}
