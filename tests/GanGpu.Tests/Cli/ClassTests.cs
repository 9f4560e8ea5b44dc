using SkiaSharp;

namespace GanGpu.Tests.Cli;

/// <summary>Classes from the command line: the presets that learn them, and samples of one.</summary>
public sealed class ClassTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_conditional_run_draws_samples_of_a_class()
    {
        Train("cgan", "--batch", "16", "--out", "run").Succeeded();
        // Ten digits side by side, ten rows: the pictures of training and the default alike.
        Sample("all.png").Succeeded();
        foreach (string name in new[] { "run/samples.png", "all.png" })
        {
            using SKBitmap picture = SKBitmap.Decode(place.At(name));
            Assert.Equal(picture.Width, picture.Height);
        }

        Assert.Contains("100 samples", Sample("all.npy", "--seed", "3").Output, StringComparison.Ordinal);
        Assert.Contains("class 7", Sample("sevens.npy", "--class", "7", "--seed", "3").Output, StringComparison.Ordinal);
        const int size = 28 * 28;
        byte[] all = place.Read("all.npy")[^(100 * size)..], sevens = place.Read("sevens.npy")[^(100 * size)..];
        for (int sample = 0; sample < 100; sample++)
            Assert.Equal(sample % 10 == 7, all.AsSpan(sample * size, size).SequenceEqual(sevens.AsSpan(sample * size, size)));
        foreach (string wrong in new[] { "10", "-1" })
            Assert.Contains("classes 0 to 9", Sample("x.npy", "--class", wrong).FailedWith(2), StringComparison.Ordinal);
        Assert.False(File.Exists(place.At("x.npy")));

        Gangpu.Run(place, "train", "--resume", "run", "--device", "cpu", "--steps", "2", "--quiet").Succeeded();
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Assert.Contains("sgan", Train("mlp", "--labelled", "10").FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("sngan", Train("mlp", "--conditional").FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("at least 1", Train("sgan", "--labelled", "0").FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("judged together", Train("acgan", "--pac", "2").FailedWith(2), StringComparison.Ordinal);
        // Images alone, without MNIST's file of labels.
        Assert.Contains("has none", Gangpu.Run(place, "train", "--data", place.DataFile, "--preset", "cgan", "--device", "cpu", "--steps", "1").FailedWith(2), StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void A_run_without_classes_has_none_to_choose()
    {
        Train("mlp", "--out", "run").Succeeded();
        Assert.Contains("knows no classes", Sample("x.png", "--class", "1").FailedWith(2), StringComparison.Ordinal);
    }

    private Result Train(string preset, params string[] arguments) =>
        Gangpu.Run(place, ["train", "--data", "digits", "--preset", preset, "--device", "cpu", "--steps", "3", "--quiet", .. arguments]);

    private Result Sample(string target, params string[] arguments) => Gangpu.Run(place, ["sample", "run", "--device", "cpu", "--out", target, .. arguments]);
}
