namespace GanGpu.Tests.Cli;

/// <summary>gangpu train --config: options from a JSON file.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_file_stands_for_options_and_the_command_line_goes_before()
    {
        Write("""{ "batch_size": 16, "beta1": 0.5, "flip": true, "epochs": 3, "seed": 5, "diffaugment": ["color", "cutout"], /* said later */ "ema": null, }""");
        Gangpu.Run(place, "train", "--config", "c.json", "--data", place.DataFile, "--device", "cpu", "--steps", "2", "--seed", "9", "--out", "run").Succeeded();
        string settings = File.ReadAllText(place.At("run/settings.json"));
        foreach (string line in new[] { "\"batch_size\": 16", "\"beta1\": 0.5", "\"horizontal_flip\": true", "\"seed\": 9", "\"to_step\": 2", "\"augmentation\": \"color, cutout\"" })
            Assert.Contains(line, settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "batchsize": 16 }""", "'batch-size'")]
    [InlineData("""{ "learning-rate": 1 }""", "no option of gangpu train")]
    [InlineData("""{ "config": "other.json" }""", "no option of gangpu train")]
    [InlineData("""{ "lr": "fast" }""", "fast")]
    [InlineData("""{ "lr": -1 }""", "learning rate")]
    [InlineData("""{ "lr": { "g": 1 } }""", "no text, number, true or false")]
    [InlineData("""{ "lr": 1, "lr": 2 }""", "no JSON")]
    [InlineData("""[ 1 ]""", "one JSON object")]
    [InlineData("""{ "lr": """, "no JSON")]
    public void What_is_wrong_is_told(string text, string named)
    {
        Write(text);
        Assert.Contains(named, Gangpu.Run(place, "train", "--config", "c.json", "--data", place.DataFile, "--device", "cpu", "--steps", "1").FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(["c.json"], place.Entries());
    }

    [Fact]
    public void A_missing_file_is_told() => Assert.Contains("none.json", Gangpu.Run(place, "train", "--config", "none.json").FailedWith(2), StringComparison.Ordinal);

    private void Write(string text) => File.WriteAllText(place.At("c.json"), text);
}
