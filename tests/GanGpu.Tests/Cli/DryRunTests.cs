using GanGpu.Images;

namespace GanGpu.Tests.Cli;

/// <summary>
/// gangpu train --dry-run refuses what the training would refuse, with the same sentence; and neither leaves anything.
/// </summary>
public sealed class DryRunTests : IDisposable
{
    private readonly Workplace place = new();

    public DryRunTests()
    {
        Npy("channels-2.npy", 6, 8, 8, 2);
        Npy("channels-first.npy", 6, 3, 8, 8);
        Npy("five.npy", 5, 4, 4);
        Npy("seven.npy", 7, 4, 4);
        Squares.Write(place.At("one/a.png"), 5);
        for (int i = 0; i < 6; i++)
        {
            Squares.Write(place.At($"one-class/cat/{i}.png"), i);
            Squares.Write(place.At($"classes/{(i < 3 ? "cat" : "dog")}/{i}.png"), i);
        }

        Directory.CreateDirectory(place.At("mine"));
        File.WriteAllText(place.At("mine/text.txt"), "mine");
        SharedRun.CopyTo(place);
    }

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("images have 1, 3 or 4 channels", "--data", "./channels-2.npy", "--batch", "2")]
    [InlineData("save numpy.moveaxis(a, 1, 3)", "--data", "./channels-first.npy", "--batch", "2")]
    [InlineData("fd can be measured of two or more", "--data", "./one", "--image-size", "8", "--batch", "1",
        "--best", "fd")]
    [InlineData("two classes or more", "--data", "./one-class", "--image-size", "8", "--batch", "2", "--best", "fd")]
    [InlineData("hq can't be measured", "--best", "hq")]
    [InlineData("too large for fd", "--data", "./one-large", "--image-size", "100", "--batch", "2", "--best", "fd")]
    [InlineData("larger than the data set", "--batch", "201")]
    [InlineData("holds another run (seed 1, not 2)", "--out", "./run", "--preset", "mlp", "--batch", "16", "--seed", "2")]
    [InlineData(
        "(generator_optimizer.learning_rate 0.0002, not 0.5; discriminator_optimizer.learning_rate 0.0002, not 0.5)",
        "--out", "./run", "--preset", "mlp", "--batch", "16", "--lr", "0.5")]
    [InlineData("holds another run (preset mlp, not vae)", "--out", "./run", "--preset", "vae", "--batch", "16")]
    [InlineData("is not empty", "--out", "./mine")]
    [InlineData("holds no run", "--new", "--out", "./mine")]
    [InlineData("is a file", "--out", "./mine/text.txt")]
    [InlineData("can't be made", "--out", "./mine/text.txt/below")]
    [InlineData("can't be made", "--out", "/proc/gangpu/run")]
    [InlineData("what is written is a folder", "--out", "./z.jpg")]
    [InlineData("hq can't be measured", "--new", "--out", "./run", "--best", "hq")]
    [InlineData(
        "can be labelled", "--preset", "sgan", "--data", "./classes", "--image-size", "8", "--batch", "2",
        "--labelled", "999999")]
    [InlineData("no pictures that could be mirrored", "--data", "ring", "--flip")]
    public void It_refuses_what_the_training_refuses_and_neither_leaves_anything(string named, params string[] options)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && options.Contains("/proc/gangpu/run"), "Windows has no /proc.");
        if (options.Contains("./one-large"))
        {
            Squares.Write(place.At("one-large/a.png"), 5);
            Squares.Write(place.At("one-large/b.png"), 6);
        }

        string[] data = options.Contains("--data") ? [] : ["--data", place.DataFile];
        string[] device = options.Contains("--device") ? [] : ["--device", "cpu"];
        string[] folder = options.Contains("--out") ? [] : ["--out", "./new"];
        string[] before = place.Entries();
        Result run = InProcess.Run(place, ["train", .. data, .. device, .. folder, "--steps", "1", .. options]);
        Assert.Equal(before, place.Entries());
        Result dry = InProcess.Run(
            place, ["train", .. data, .. device, .. folder, "--steps", "1", .. options, "--dry-run"]);
        Assert.Equal(before, place.Entries());
        Assert.Contains(named, run.FailedWith(2), StringComparison.Ordinal);
        Assert.Equal((run.ExitCode, run.Errors), (dry.ExitCode, dry.Errors));
    }

    [Theory]
    [InlineData("needs at least 6", "--data", "./five.npy", "--batch", "2")]
    [InlineData("two classes or more", "--data", "./one-class", "--image-size", "8", "--batch", "2")]
    [InlineData("larger than the data set", "--data", "./seven.npy", "--batch", "8")]
    [InlineData("images have 1, 3 or 4 channels", "--data", "./channels-2.npy", "--batch", "2")]
    [InlineData("can't be made", "--data", "ring", "--preset", "toy-2d", "--out", "./mine/text.txt/below")]
    public void Several_seeds_are_refused_before_the_first_is_trained(string named, params string[] options)
    {
        string[] folder = options.Contains("--out") ? [] : ["--out", "./new"];
        string[] before = place.Entries();
        Assert.Contains(
            named, InProcess.Run(
                place, ["train", "--device", "cpu", "--steps", "1", "--seeds", "0,1", .. folder, .. options])
            .FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(before, place.Entries());
    }

    [Theory]
    [InlineData(1180, 1180, 3, true)]
    [InlineData(1190, 1190, 3, false)]
    [InlineData(1, 124_990, 1, true)]
    [InlineData(1, 125_000, 1, false)]
    public void Samples_that_no_picture_could_hold_are_refused(int height, int width, int channels, bool fit)
    {
        Exception? refused =
            Record.Exception(() => new ImagePictures().Check(64, SampleFormat.OfImages(height, width, channels)));
        Assert.Equal(fit, refused is null);
        if (refused is not null)
            Assert.Contains(
                "too large", Assert.IsType<InvalidInputException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_lets_pass_is_trained()
    {
        string[] train = [
            "train", "--data", "./five.npy", "--device", "cpu", "--steps", "2", "--batch", "2", "--best", "sw",
            "--tensorboard", "--roll-back", "--keep-checkpoints", "1", "--out", "./new/below"];
        Assert.Contains(
            "Nothing was written.", InProcess.Run(place, [.. train, "--dry-run"]).Succeeded().Output,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(place.At("new")));
        InProcess.Run(place, train).Succeeded();
        Assert.True(File.Exists(place.At("new/below/best.safetensors")));
    }

    /// <summary>An array of bytes.</summary>
    private void Npy(string name, params int[] shape)
    {
        string header =
            $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}".PadRight(117) + "\n";
        byte[] values =
            [.. Enumerable.Range(0, shape.Aggregate(1, (product, side) => product * side)).Select(i => (byte)(i * 37))];
        File.WriteAllBytes(
            place.At(name),
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(letter => (byte)letter), .. values]);
    }
}
