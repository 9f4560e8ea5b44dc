using System.Text;
using GanGpu.Data;

namespace GanGpu.Tests.Data;

public sealed class NpyReaderTests : IDisposable
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 2 * 3 * 4 * 3).Select(i => (byte)(i * 5))];

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_are_images(byte version)
    {
        DataSet data = DataSource.Open(temp.Write("a.npy", Npy("|u1", "(2, 3, 4, 3)", Pixels, version: version)));
        Assert.Equal((2, 3, 4, 3), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels));
        Assert.Equal(Pixels, data.Pixels.ToArray());
        data = DataSource.Open(temp.Write("a.npy", Npy("|u1", "(6,3,4)", Pixels, version: version)));
        Assert.Equal((6, SampleFormat.OfImages(3, 4, 1)), (data.Count, data.Format));
    }

    [Theory]
    [InlineData("(3, 2)")]
    [InlineData("(3, 1, 2, 1)")]
    public void Numbers_are_vectors(string shape)
    {
        float[] values = [1, -2.5f, 0, 4, 5e-9f, 6e9f];
        DataSet data =
            DataSource.Open(temp.Write("a.npy", Npy("<f4", shape, [.. values.SelectMany(BitConverter.GetBytes)])));
        Assert.Equal((3, SampleFormat.OfPoints(2)), (data.Count, data.Format));
        Assert.Equal(values, data.Values.ToArray());
    }

    [Theory]
    [InlineData(2, 3, 4, 3, false)]
    [InlineData(3, 1, 2, 1, true)]
    [InlineData(2, 3, 4, 3, true)]
    public void What_samples_are_saved_as_can_be_trained_on(
        int count, int height, int width, int channels, bool asFloat)
    {
        float[] values = [.. Enumerable.Range(0, count * height * width * channels).Select(i => (i % 200 / 100f) - 1)];
        SampleBatch batch = new(SampleFormat.OfImages(height, width, channels), count, values);
        batch.SaveNpy(temp.At("a.npy"), asFloat);
        DataSet data = DataSource.Open(temp.At("a.npy"));
        if (asFloat && height == 1)
            Assert.Equal(values, data.Values.ToArray());
        else
            Assert.All(batch.ToBytes().Zip(data.Pixels.ToArray()),
                pair => Assert.InRange(pair.Second, pair.First - (asFloat ? 1 : 0), pair.First + (asFloat ? 1 : 0)));
    }

    [Theory]
    [InlineData("|O", "(2, 3, 4, 3)", "'|O'")] // A pickle
    [InlineData("|O", "(72,)", "numpy.stack(list)")]
    [InlineData("<f8", "(2, 36)", "save a.astype(\"<f4\")")]
    [InlineData(">f4", "(18, 1)", "save a.astype(\"<f4\")")]
    [InlineData("|b1", "(2, 3, 4, 3)", "save (a * 255).astype(\"u1\")")]
    [InlineData("<i8", "(3, 1, 3)", "save a.astype(\"u1\") if its values are 0 to 255")]
    [InlineData("|i1", "(2, 3, 4, 3)", "save a.astype(\"u1\")")]
    [InlineData("<u2", "(2, 3, 6)", "save (a // 257).astype(\"u1\")")]
    [InlineData("<c8", "(3, 3)", "vectors float32")]
    [InlineData("|u1", "(2, 3, 4, 3, 1)", "images are N x H x W")]
    [InlineData("|u1", "(2, 36)", "for images save a.reshape(-1, 6, 6), for vectors a.astype(\"f4\")")]
    [InlineData("|u1", "(9, 8)", "for images save it as N x H x W")]
    [InlineData("|u1", "(3, 2, 6, 2)", "images have 1, 3 or 4 channels, which come last")]
    [InlineData("|u1", "(2, 3, 6, 2)", "channels come last: save numpy.moveaxis(a, 1, 3)")]
    [InlineData("|u1", "(2, 1, 6, 6)", "channels come last: save numpy.moveaxis(a, 1, 3)")]
    [InlineData("<f4", "(1, 3, 2, 5)", "channels come last: save numpy.moveaxis(a, 1, 3)")]
    [InlineData("|u1", "(72,)", "(72)")]
    [InlineData("|u1", "()", "()")]
    [InlineData("|u1", "(0, 3, 4)", "dimension of 0")]
    [InlineData("|u1", "(-2, 3, 4)", "dimension of -2")]
    [InlineData("|u1", "(2147483648, 3, 4)", "dimension of 2147483648")]
    [InlineData("|u1", "(65536, 65536, 1)", "2 GiB")]
    [InlineData("|u1", "(2147483647, 2147483647, 2147483647)", "2 GiB")]
    [InlineData("|u1", "(2, 3, 4, 4)", "should hold 96 bytes")]
    [InlineData("|u1", "(2, 3, 4)", "should hold 24 bytes")]
    [InlineData("|u1", "2, 3, 4", "without type, order and shape")]
    public void Anything_else_is_refused(string type, string shape, string said) =>
        Refused(Npy(type, shape, Pixels), said);

    [Theory]
    [InlineData("0 0.5 1 0.25", "0 128 255 64", "0..1")]
    [InlineData("-1 0 1 0.5", "0 128 255 191", "-1..1")]
    [InlineData("0 255 12.5 100", "0 255 12 100", "0..255")]
    public void Numbers_of_images_are_brought_to_bytes_by_their_range(string values, string bytes, string range)
    {
        double[] numbers = [.. values.Split(' ').Select(
            value => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture))];
        byte[] expected = [.. bytes.Split(' ').Select(byte.Parse)];
        (string, byte[])[] types =
        [
            ("<f2", [.. numbers.SelectMany(value => BitConverter.GetBytes((Half)value))]),
            ("<f4", [.. numbers.SelectMany(value => BitConverter.GetBytes((float)value))]),
            ("<f8", [.. numbers.SelectMany(BitConverter.GetBytes)]),
        ];
        foreach ((string type, byte[] content) in types)
        {
            DataSet data = DataSource.Open(temp.Write("a.npy", Npy(type, "(1, 2, 2)", content)));
            Assert.Equal(SampleFormat.Images, data.Format.Modality);
            Assert.Equal(expected, data.Pixels.ToArray());
            Assert.Contains($"are taken as {range}", Assert.Single(data.Remarks), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0f, 256f, "values from 0 to 256")]
    [InlineData(-2f, 1f, "values from -2 to 1")]
    [InlineData(0f, float.NaN, "no finite number")]
    public void Numbers_in_no_range_of_images_are_refused(float first, float second, string said) =>
        Refused(Npy("<f4", "(1, 2, 2)", [.. new[] { first, second, 0f, 0f }.SelectMany(BitConverter.GetBytes)]), said);

    [Fact]
    public void Columns_first_are_refused_with_the_way_to_turn_them() =>
        Refused(Npy("|u1", "(2, 3, 4, 3)", Pixels, order: "True"), "ascontiguousarray");

    [Fact]
    public void Headers_of_other_versions_and_lengths_are_refused()
    {
        Refused(Npy("|u1", "(2, 3, 4, 3)", Pixels, version: 9), "version 9.0");
        byte[] huge = Npy("|u1", "(2, 3, 4, 3)", Pixels, version: 2);
        huge.AsSpan(8, 4).Fill(0xFF);
        Refused(huge, "4294967295 bytes");
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_of_the_header_is_refused_or_harmless()
    {
        byte[] whole = Npy("|u1", "(2, 3, 4, 3)", Pixels);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<DataFormatException>(() => DataSource.Open(temp.Write("a.npy", whole[..length])));
        for (int i = 0; i < whole.Length - Pixels.Length; i++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x10, 0x80, 0xFF })
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= mask;
                try
                {
                    Assert.Equal(Pixels, DataSource.Open(temp.Write("a.npy", damaged)).Pixels.ToArray());
                }
                catch (DataFormatException fault)
                {
                    Assert.StartsWith($"'{temp.At("a.npy")}' ", fault.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Numbers_that_are_none_are_refused() =>
        Assert.Throws<InvalidInputException>(
            () => DataSource.Open(
                temp.Write(
                    "a.npy",
                    Npy("<f4", "(1, 2)", [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(float.NaN)]))));

    private void Refused(byte[] content, string said)
    {
        string path = temp.Write("a.npy", content);
        Assert.Contains(
            said, Assert.Throws<DataFormatException>(() => DataSource.Open(path)).Message, StringComparison.Ordinal);
    }

    private static byte[] Npy(string type, string shape, byte[] content, string order = "False", byte version = 1)
    {
        byte[] header =
            Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length)
            : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. content];
    }
}
