using SkiaSharp;

namespace GanGpu.Tests.Cli;

public sealed class ReconstructCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Samples_stand_above_their_reconstructions()
    {
        Gangpu.Run(
            place, "train", "--data", place.DataFile, "--preset", "vae", "--device", "cpu", "--steps", "20", "--batch",
            "16", "--out", "run", "--quiet").Succeeded();
        Result result = Gangpu.Run(place, "reconstruct", "run", "--device", "cpu", "--count", "20").Succeeded();
        Assert.Contains("20 samples", result.Output, StringComparison.Ordinal);
        Assert.Contains("mean squared error", result.Output, StringComparison.Ordinal);
        // Two rows of sixteen, and two of which four places each are taken.
        using SKBitmap picture = SKBitmap.Decode(place.At("run/reconstructions.png"));
        Assert.Equal(((16 * 86) + 2, (4 * 86) + 2), (picture.Width, picture.Height));
        Gangpu.Run(place, "reconstruct", "run", "--device", "cpu", "--count", "3", "--out", "r.npy").Succeeded();
        Assert.InRange(place.Read("r.npy").Length, 3 * 28 * 28 * sizeof(float), (3 * 28 * 28 * sizeof(float)) + 256);
    }

    [Fact]
    public void A_gan_has_nothing_to_reconstruct_with()
    {
        SharedRun.CopyTo(place);
        Result result = InProcess.Run(place, "reconstruct", "./run", "--device", "cpu");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has no encoder", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(place.At("run/reconstructions.png")));
    }

    [Theory]
    [InlineData("--loss", "hinge")]
    [InlineData("--lr-d", "0.1")]
    [InlineData("--r1", "1")]
    public void Options_about_a_discriminator_are_refused(string option, string value)
    {
        Result result = InProcess.Run(
            place, "train", "--preset", "vae", option, value, "--device", "cpu", "--out", "./run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{option} is about a discriminator", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_another_preset_are_refused()
    {
        Result result = InProcess.Run(
            place, "train", "--preset", "dcgan", "--leak", "0.1", "--device", "cpu", "--out", "./run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--leak goes with --preset mlp only", result.Errors, StringComparison.Ordinal);
    }
}
