using System.Text.Json;
using GanGpu.Cli.Commands;
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
        Assert.Contains(
            "class 7", Sample("sevens.npy", "--class", "7", "--seed", "3").Output, StringComparison.Ordinal);
        const int size = 28 * 28;
        byte[] all = place.Read("all.npy")[^(100 * size)..], sevens = place.Read("sevens.npy")[^(100 * size)..];
        for (int sample = 0; sample < 100; sample++)
            Assert.Equal(
                sample % 10 == 7, all.AsSpan(sample * size, size).SequenceEqual(sevens.AsSpan(sample * size, size)));
        foreach (string wrong in new[] { "10", "-1" })
            Assert.Contains(
                "classes 0 to 9", Sample("x.npy", "--class", wrong).FailedWith(2), StringComparison.Ordinal);
        Assert.False(File.Exists(place.At("x.npy")));

        Gangpu.Run(place, "train", "--resume", "run", "--device", "cpu", "--steps", "2", "--quiet").Succeeded();
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Pictures("../pictures", ["cat", "dog"]);
        string[] pictures = ["--data", "../pictures", "--image-size", "8", "--batch", "4"];
        Assert.Contains("sgan", Train("mlp", ["--labelled", "4", .. pictures]).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("sngan", Train("mlp", ["--conditional", .. pictures]).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains(
            "--labelled must be a whole number from 1 on, not 0", Train("sgan", ["--labelled", "0", .. pictures])
            .FailedWith(2), StringComparison.Ordinal);
        Assert.Contains(
            "judged together", Train("acgan", ["--pac", "2", .. pictures]).FailedWith(2), StringComparison.Ordinal);
        // Images alone, without MNIST's file of labels.
        Assert.Contains(
            "has none",
            Gangpu.Run(place, "train", "--data", place.DataFile, "--preset", "cgan", "--device", "cpu", "--steps", "1")
            .FailedWith(2), StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void A_run_without_classes_has_none_to_choose()
    {
        SharedRun.CopyTo(place);
        Assert.Contains("knows no classes", Sample("x.png", "--class", "1").FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_are_kept_with_their_names_and_named_by_them()
    {
        string[] names = ["cat", "dog", "horse"];
        Pictures("pictures", names);
        Train("cgan", "--data", "pictures", "--image-size", "8", "--batch", "4", "--out", "run").Succeeded();
        using JsonDocument settings = JsonDocument.Parse(place.Read("run/settings.json"));
        Assert.Equal(
            names, settings.RootElement.GetProperty("class_names").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains("classes     0 cat, 1 dog, 2 horse", Gangpu.Run(place, "info", "run").Succeeded().OutputLines);

        Assert.Contains("class dog", Sample("name.npy", "--class", "dog").Output, StringComparison.Ordinal);
        Sample("number.npy", "--class", "1").Succeeded();
        Assert.Equal(place.Read("number.npy"), place.Read("name.npy"));
        // A checkpoint lies in its run's folder, beside the names.
        Gangpu.Run(
            place, "sample", "run/checkpoint.safetensors", "--device", "cpu", "--class", "DOG", "--out", "file.npy")
            .Succeeded();
        Assert.Equal(place.Read("number.npy"), place.Read("file.npy"));
        Gangpu.Run(
            place, "interpolate", "run", "--device", "cpu", "--class", "horse", "--count", "1", "--out", "walk.png")
            .Succeeded();
        Gangpu.Run(
            place, "neighbours", "run", "--device", "cpu", "--class", "cat", "--count", "1", "-k", "1", "--samples",
            "2", "--out", "near.png").Succeeded();

        string line = Sample("x.npy", "--class", "hosre").FailedWith(2);
        Assert.Contains("the nearest is 'horse'", line, StringComparison.Ordinal);
        Assert.Contains("0 cat, 1 dog, 2 horse", line, StringComparison.Ordinal);
        Assert.Contains("'3'", Sample("x.npy", "--class", "3").FailedWith(2), StringComparison.Ordinal);
        Assert.False(File.Exists(place.At("x.npy")));

        File.Copy(place.At("run/checkpoint.safetensors"), place.At("alone.safetensors"));
        Assert.Contains(
            "classes 0 to 2",
            Gangpu.Run(place, "sample", "alone.safetensors", "--device", "cpu", "--class", "dog", "--out", "x.npy")
            .FailedWith(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", 2, "0", "1", "10", "2")]
    [InlineData("2", 3, "0", "1", "10", "2")]
    [InlineData("007", 1, "06", "07")]
    [InlineData("1", 1, "cat", "dog")]
    [InlineData("Dog", 1, "cat", "dog")]
    [InlineData("1", 0, "1", "dog")]
    [InlineData("dog", 1, "DOG", "dog")]
    [InlineData("3", 3)]
    public void A_name_comes_before_a_number(string asked, int expected, params string[] names) =>
        Assert.Equal(expected, ClassChoice.Of(asked, names, classes: 4));

    [Theory]
    [InlineData("3", "0", "1", "10", "2")]
    [InlineData("4", "cat", "dog")]
    [InlineData("-1", "cat", "dog")]
    [InlineData("1.5", "cat", "dog")]
    [InlineData("cat")]
    [InlineData("99999999999999999999")]
    public void A_class_that_is_none_is_refused_by_what_was_written(string asked, params string[] names) =>
        Assert.Contains(
            $"'{asked}'", Assert.Throws<InvalidInputException>(() => ClassChoice.Of(asked, names, classes: 4)).Message,
            StringComparison.Ordinal);

    private void Pictures(string folder, string[] classes)
    {
        foreach ((int label, string name) in classes.Index())
        {
            for (int i = 0; i < 4; i++)
                Squares.Write(place.At($"{folder}/{name}/{i}.png"), (60 * label) + i);
        }
    }

    private Result Train(string preset, params string[] arguments) =>
        Gangpu.Run(
            place, ["train", .. arguments.Contains("--data") ? Array.Empty<string>()
                : ["--data", "digits"], "--preset", preset, "--device", "cpu", "--steps", "3", "--sample-every", "3",
                "--quiet", .. arguments]);

    private Result Sample(string target, params string[] arguments) =>
        Gangpu.Run(place, ["sample", "run", "--device", "cpu", "--out", target, .. arguments]);
}
