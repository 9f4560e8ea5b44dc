using System.Text.Json;

namespace GanGpu.Tests.Cli;

public class ResumeTests
{
    [Fact]
    public void Two_halves_end_with_the_bits_of_the_whole()
    {
        using Workplace place = new();
        string[] train =
            ["train", "--data", place.DataFile, "--device", "cpu", "--batch", "16", "--report-every", "10"];
        Gangpu.Run(place, [.. train, "--steps", "60", "--out", "whole"]).Succeeded();
        Gangpu.Run(place, [.. train, "--steps", "30", "--out", "halves"]).Succeeded();
        Assert.NotEqual(place.Read("whole/checkpoint.safetensors"), place.Read("halves/checkpoint.safetensors"));

        Gangpu.Run(place, "train", "--resume", "halves", "--steps", "30").Succeeded();
        Assert.Equal(place.Read("whole/checkpoint.safetensors"), place.Read("halves/checkpoint.safetensors"));
        Assert.Equal(place.Read("whole/samples.png"), place.Read("halves/samples.png"));
        Assert.Equal(60, Steps(place, "halves")[^1]);
        Assert.Equal(
            2, JsonDocument.Parse(place.Read("halves/settings.json")).RootElement.GetProperty("sessions")
            .GetArrayLength());
    }

    [Fact]
    public void Metrics_after_the_checkpoint_and_half_lines_are_cut_off()
    {
        using Workplace place = new();
        SharedRun.CopyTo(place);
        string[] lines = File.ReadAllLines(place.At("run/metrics.jsonl"));
        File.AppendAllText(
            place.At("run/metrics.jsonl"), lines[^1].Replace("\"step\":20", "\"step\":40", StringComparison.Ordinal)
            + "\n" + lines[^1][..20]);

        Gangpu.Run(place, "train", "--resume", "run", "--steps", "20").Succeeded();
        long[] steps = Steps(place, "run");
        Assert.Equal(steps.Order().Distinct(), steps);
        Assert.Equal(40, steps[^1]);
        Assert.Equal(lines, File.ReadAllLines(place.At("run/metrics.jsonl"))[..lines.Length]);
    }

    [Fact]
    public void A_run_from_before_there_was_mirroring_goes_on_without()
    {
        using Workplace place = new();
        SharedRun.CopyTo(place);
        string settings = File.ReadAllText(place.At("run/settings.json")),
            older = string.Join(
                '\n', settings.Split('\n').Where(line => !line.Contains("horizontal_flip", StringComparison.Ordinal)));
        Assert.NotEqual(settings, older);
        File.WriteAllText(place.At("run/settings.json"), older);
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "1").Succeeded();
        Assert.Contains(
            "\"horizontal_flip\": false", File.ReadAllText(place.At("run/settings.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--flip", "true")]
    [InlineData("--lr", "0.1")]
    [InlineData("--seed", "2")]
    [InlineData("--batch-size", "8")]
    [InlineData("--out", "./other")]
    public void What_the_run_decides_can_not_be_given_anew(string option, string value)
    {
        using Workplace place = new();
        string line = InProcess.Run(place, "train", "--resume", "./run", option, value).FailedWith(2);
        Assert.Contains(option, line, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void Another_data_set_is_refused()
    {
        using Workplace place = new();
        SharedRun.CopyTo(place);
        byte[] checkpoint = place.Read("run/checkpoint.safetensors"), settings = place.Read("run/settings.json");
        InProcess.Run(place, "train", "--resume", "./run", "--data", "digits", "--steps", "1").FailedWith(2);
        Assert.Equal(checkpoint, place.Read("run/checkpoint.safetensors"));
        Assert.Equal(settings, place.Read("run/settings.json"));
    }

    [Fact]
    public void Other_data_of_the_same_size_are_noticed()
    {
        using Workplace place = new();
        string[] train =
            ["train", "--data", "data.idx", "--batch", "16", "--device", "cpu", "--steps", "2", "--out", "run"];
        File.Copy(place.DataFile, place.At("data.idx"));
        Gangpu.Run(place, train).Succeeded();
        byte[] checkpoint = place.Read("run/checkpoint.safetensors"), settings = place.Read("run/settings.json"),
            other = File.ReadAllBytes(place.DataFile);
        other[^1] ^= 1;
        File.WriteAllBytes(place.At("other.idx"), other);

        string line = Gangpu.Run(place, "train", "--resume", "run", "--data", "other.idx", "--steps", "1")
            .FailedWith(2);
        Assert.Contains("'run' was trained on other data than 'other.idx' holds now", line, StringComparison.Ordinal);
        File.WriteAllBytes(place.At("data.idx"), other);
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "1").FailedWith(2);
        // Nor does the same command go on with it.
        Assert.Contains(
            "other content of the data set", Gangpu.Run(place, train).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(checkpoint, place.Read("run/checkpoint.safetensors"));
        Assert.Equal(settings, place.Read("run/settings.json"));

        // Copied elsewhere they are the same data still; runs of earlier versions, which know no checksum, go on as
        // before.
        Gangpu.Run(place, "train", "--resume", "run", "--data", place.DataFile, "--steps", "1").Succeeded();
        string text = File.ReadAllText(place.At("run/settings.json")),
            older = string.Join(
                '\n', text.Split('\n').Where(each => !each.Contains("data_sha256", StringComparison.Ordinal)));
        Assert.NotEqual(text, older);
        File.WriteAllText(place.At("run/settings.json"), older);
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "1").Succeeded();
    }

    [Fact]
    public void A_run_that_is_being_trained_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Workplace place = new();
        string[] train = [
            "train", "--data", place.DataFile, "--batch", "16", "--report-every", "5", "--device", "cpu", "--steps",
            "10000000", "--sample-every", "1000000", "--out", "run"];
        Result result = Gangpu.Interrupt(
            place, "TERM", () =>
            Assert.Contains(
                "being trained", Gangpu.Run(place, "train", "--resume", "run", "--steps", "1").FailedWith(2),
                StringComparison.Ordinal), train);
        Assert.Equal(143, result.ExitCode);
    }

    [Fact]
    public void What_a_killed_process_left_unfinished_is_cleared_away()
    {
        using Workplace place = new();
        SharedRun.CopyTo(place);
        string[] before = place.Entries("run");
        File.WriteAllText(place.At("run/.checkpoint.safetensors.0123.tmp"), "half of it");
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "1").Succeeded();
        Assert.Equal(
            [.. before, "samples/step-000021.png"], place.Entries("run").Order(StringComparer.Ordinal)
            .OrderBy(name => name == "samples/step-000021.png"));
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        using Workplace place = new();
        Directory.CreateDirectory(place.At("empty"));
        InProcess.Run(place, "train", "--resume", "./empty").FailedWith(2);
        InProcess.Run(place, "train", "--resume", "./missing").FailedWith(2);
        Assert.Equal(["empty"], place.Entries());
    }

    private static long[] Steps(Workplace place, string run) =>
        [.. File.ReadLines(place.At($"{run}/metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64())];
}
