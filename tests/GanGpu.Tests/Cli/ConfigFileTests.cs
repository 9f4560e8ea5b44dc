using System.Text;

namespace GanGpu.Tests.Cli;

/// <summary>gangpu train --config: options from a JSON file.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_file_stands_for_options_and_the_command_line_goes_before()
    {
        Write("""
            { "batch_size": 16, "beta1": 0.5, "flip": true, "epochs": 3, "seed": 5,
            "diffaugment": ["color", "cutout"], /* said later */ "ema": null, }
            """);
        InProcess.Run(
            place, "train", "--config", "./c.json", "--data", place.DataFile, "--device", "cpu", "--steps", "2",
            "--seed", "9", "--out", "./run").Succeeded();
        string settings = File.ReadAllText(place.At("run/settings.json"));
        foreach (
            string line in new[] {
                "\"batch_size\": 16", "\"beta1\": 0.5", "\"horizontal_flip\": true", "\"seed\": 9", "\"to_step\": 2",
                "\"augmentation\": \"color, cutout\"" })
            Assert.Contains(line, settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "batchsize": 16 }""", "'batch-size'")]
    [InlineData("""{ "learning-rate": 1 }""", "no option of gangpu train")]
    [InlineData("""{ "config": "other.json" }""", "no option of gangpu train")]
    [InlineData("""{ "help": true }""", "no option of gangpu train.")]
    [InlineData("""{ "lr": "fast" }""", "'./c.json', key 'lr': --lr must be a number from 0 on, not 'fast'")]
    [InlineData("""{ "lr": -1 }""", "'./c.json', key 'lr': --lr must be a number from 0 on, not -1")]
    [InlineData("""{ "lr_g": "0,0002" }""", "'./c.json', key 'lr_g': --lr-g must be a number from 0 on, not '0,0002'; write 0.0002")]
    [InlineData(
        """{ "report_every": 1e1 }""",
        "'./c.json', key 'report_every': --report-every must be a whole number from 1 to 1024, not 1e1; write 10")]
    [InlineData("""{ "flip": "yes" }""", "'./c.json', key 'flip': --flip must be true or false")]
    [InlineData("""{ "preset": "dcgna" }""", "'./c.json', key 'preset': --preset is 'dcgna'")]
    [InlineData("""{ "lr": [0, 5] }""", "'./c.json', key 'lr': --lr takes one value, not a list")]
    [InlineData("""{ "batch": 4, "batch-size": 8 }""", "two keys for one option")]
    [InlineData("{\n \"lr\": 1,\n \"lr-g\" 2 }", "line 3, byte 9")]
    [InlineData("""{ "lr": { "g": 1 } }""", "no text, number, true or false")]
    [InlineData("""{ "lr": 1, "lr": 2 }""", "no JSON")]
    [InlineData("""[ 1 ]""", "one JSON object")]
    [InlineData("""{ "lr": """, "no JSON")]
    public void What_is_wrong_is_told(string text, string named)
    {
        Write(text);
        Assert.Contains(
            InProcess.Told(place, named), InProcess.Run(
                place, "train", "--config", "./c.json", "--data", place.DataFile, "--device", "cpu", "--steps", "1",
                "--out", "./run").FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(["c.json"], place.Entries());
    }

    [Fact]
    public void A_byte_order_mark_is_no_fault()
    {
        File.WriteAllText(place.At("c.json"), """{ "batch-size": 16 }""", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(0xEF, place.Read("c.json")[0]);
        InProcess.Run(
            place, "train", "--config", "./c.json", "--data", place.DataFile, "--device", "cpu", "--steps", "1",
            "--out", "./run").Succeeded();
        Assert.Contains(
            "\"batch_size\": 16", File.ReadAllText(place.At("run/settings.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_in_UTF_16_is_told_with_what_to_do(bool bigEndian)
    {
        File.WriteAllText(place.At("c.json"), """{ "batch-size": 16 }""", new UnicodeEncoding(bigEndian, byteOrderMark: true));
        Assert.Contains(
            InProcess.Told(place, "'./c.json' is text in UTF-16; save it as UTF-8"),
            InProcess.Run(place, "train", "--config", "./c.json").FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains(
            InProcess.Told(place, "'./none.json'"),
            InProcess.Run(place, "train", "--config", "./none.json").FailedWith(2), StringComparison.Ordinal);

    private void Write(string text) => File.WriteAllText(place.At("c.json"), text);
}
