using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SkiaSharp;

namespace GanGpu.Tests.Cli;

public sealed class SampleCommandTests : IDisposable
{
    private const int SampleLength = 28 * 28;
    private readonly Workplace place = new();

    public SampleCommandTests() => SharedRun.CopyTo(place);

    public void Dispose() => place.Dispose();

    [Fact]
    public void An_array_holds_bytes_or_floats_of_the_same_samples()
    {
        Sample("bytes.npy", "--count", "10", "--seed", "3");
        Sample("floats.npy", "--count", "10", "--seed", "3", "--float");
        (string header, byte[] bytes) = Npy("bytes.npy");
        Assert.Contains("'descr':'|u1'", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order':False", header, StringComparison.Ordinal);
        Assert.Contains("'shape':(10,28,28,1)", header, StringComparison.Ordinal);
        Assert.Equal(10 * SampleLength, bytes.Length);

        (header, byte[] raw) = Npy("floats.npy");
        Assert.Contains("'descr':'<f4'", header, StringComparison.Ordinal);
        Assert.Contains("'shape':(10,28,28,1)", header, StringComparison.Ordinal);
        float[] floats = MemoryMarshal.Cast<byte, float>(raw).ToArray();
        Assert.Equal(10 * SampleLength, floats.Length);
        Assert.All(floats, value => Assert.InRange(value, -1f, 1f));
        // Half a step of a byte, and rounding.
        Assert.All(floats.Zip(bytes), pair => Assert.InRange(((pair.First + 1) * 127.5) - pair.Second, -0.501, 0.501));
    }

    [Fact]
    public void A_sample_is_the_same_for_every_count_and_another_for_another_seed()
    {
        Sample("few.npy", "--count", "5", "--seed", "3");
        Sample("many.npy", "--count", "70", "--seed", "3");
        Sample("other.npy", "--count", "5", "--seed", "4");
        Assert.Equal(Npy("few.npy").Values, Npy("many.npy").Values[..(5 * SampleLength)]);
        Assert.NotEqual(Npy("few.npy").Values, Npy("other.npy").Values);
    }

    [Fact]
    public void A_picture_holds_all_samples_and_is_the_same_for_folder_and_file()
    {
        Sample("a.png", "--count", "10");
        Gangpu.Run(
            place, "sample", Path.Combine("run", "checkpoint.safetensors"), "--device", "cpu", "--out", "b.png",
            "--count", "10").Succeeded();
        using SKBitmap picture = SKBitmap.Decode(place.At("a.png"));
        Assert.True(picture.Width * picture.Height >= 10 * SampleLength);
        Assert.Equal(place.Read("a.png"), place.Read("b.png"));
    }

    [Fact]
    public void A_folder_holds_a_picture_for_each_sample()
    {
        Sample("pictures", "--count", "7");
        Assert.Equal(7, place.Entries("pictures").Length);
        Assert.All(place.Entries("pictures"), name =>
        {
            using SKBitmap picture = SKBitmap.Decode(place.At("pictures/" + name));
            Assert.Equal((28, 28), (picture.Width, picture.Height));
        });
        string line = Gangpu.Run(place, "sample", "run", "--device", "cpu", "--out", "pictures").FailedWith(2);
        Assert.Contains("not empty", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_name_the_picture_lies_beside_the_checkpoint()
    {
        InProcess.Run(place, "sample", "./run", "--device", "cpu", "--seed", "9").Succeeded();
        Assert.True(File.Exists(place.At("run/samples-9.png")));
    }

    [Theory]
    [InlineData("./missing", "--out", "./x.png")]
    [InlineData("./run", "--out", "./missing/x.png")]
    [InlineData("./run", "--out", "./x.npy", "--count", "0")]
    [InlineData("./run", "--out", "./x.npy", "--count", "2000000000")]
    [InlineData("./run", "--out", "./x.png", "--float")]
    [InlineData("./run/metrics.jsonl", "--out", "./x.png")]
    [InlineData("./run", "--out", "./x.png", "--seed", "-1")]
    public void Bad_input_is_refused(string run, params string[] arguments)
    {
        string[] before = place.Entries();
        InProcess.Run(place, ["sample", run, "--device", "cpu", .. arguments]).FailedWith(2);
        Assert.Equal(before, place.Entries());
    }

    [Theory]
    [InlineData("no .jpg files are written: end it in .png", "sample", "./run", "--out", "./z.jpg")]
    [InlineData("no .npz files are written: end it in .png", "sample", "./run", "--out", "./z.npz")]
    [InlineData("no .tfrecord files are written", "sample", "./run", "--out", "./z.tfrecord")]
    [InlineData("must end in .png for a picture or in .webp", "interpolate", "./run", "--out", "./z.gif")]
    [InlineData("end it in .png", "neighbours", "./run", "--out", "./z.jpg")]
    [InlineData("end it in .onnx", "export", "./run", "--onnx", "./z.pt")]
    [InlineData("end it in .safetensors", "export", "./run", "--safetensors", "./z.onnx")]
    [InlineData("end it in .png", "evaluate", "./run", "--plot", "./z.svg")]
    [InlineData("end it in .safetensors", "import", "./weights.safetensors", "--out", "./z.pt")]
    [InlineData("holds weights for PyTorch or Keras, and is no checkpoint", "sample", "./weights.safetensors",
        "--out", "./z.png")]
    [InlineData("(on the command line: gangpu import)", "sample", "./weights.safetensors", "--out", "./z.png")]
    [InlineData("--best chooses among a run's checkpoints", "sample", "./run/checkpoint.safetensors", "--best",
        "--out", "./z.png")]
    [InlineData("is a file of the run in", "info", "./run/checkpoint.safetensors")]
    [InlineData("'./weights.safetensors' is a file, and gangpu info takes a run's folder", "info",
        "./weights.safetensors")]
    [InlineData("There is no './missing'; name a run's folder or a checkpoint file", "sample", "./missing")]
    public void What_a_file_is_and_what_to_do_is_told(string expected, params string[] command)
    {
        InProcess.Run(place, "export", "./run", "--safetensors", "./weights.safetensors").Succeeded();
        string[] before = place.Entries();
        Assert.Contains(
            InProcess.Told(place, expected), InProcess.Run(place, command).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(before, place.Entries());
    }

    [Fact]
    public void A_folder_may_have_a_name_with_a_point()
    {
        Sample("seed.7", "--count", "2");
        Directory.CreateDirectory(place.At("set.jpg"));
        Sample("set.jpg", "--count", "2");
        Assert.Equal(2, place.Entries("set.jpg").Length);
    }

    private void Sample(string target, params string[] arguments) =>
        Gangpu.Run(place, ["sample", "run", "--device", "cpu", "--out", target, .. arguments]).Succeeded();

    private (string Header, byte[] Values) Npy(string name)
    {
        byte[] file = place.Read(name);
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(file, 0, 8));
        int length = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        Assert.Equal(0, (10 + length) % 64);
        return (Encoding.ASCII.GetString(file, 10, length).Replace(" ", "", StringComparison.Ordinal),
            file[(10 + length)..]);
    }
}
