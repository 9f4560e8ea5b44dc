using System.Text.Json;

namespace GanGpu.Tests.Cli;

/// <summary>The same command again goes on with what it began.</summary>
public sealed class EarlierRunTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void The_same_command_with_more_steps_goes_on_to_the_bit()
    {
        Train(30, "--out", "whole").Succeeded();
        Train(20, "--out", "run").Succeeded();
        Assert.Contains("from step 20", Train(30, "--out", "run").Succeeded().OutputLines[0], StringComparison.Ordinal);
        Assert.Equal(place.Read("whole/checkpoint.safetensors"), place.Read("run/checkpoint.safetensors"));
    }

    [Fact]
    public void A_finished_run_is_left_alone()
    {
        SharedRun.CopyTo(place);
        byte[] checkpoint = place.Read("run/checkpoint.safetensors"), settings = place.Read("run/settings.json");
        Assert.Contains("trained already", Train(20, "--out", "run").Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal(checkpoint, place.Read("run/checkpoint.safetensors"));
        Assert.Equal(settings, place.Read("run/settings.json"));
    }

    [Fact]
    public void Other_settings_are_named()
    {
        SharedRun.CopyTo(place);
        Assert.Contains(
            "learning_rate 0.0002, not 0.001", Train(30, "--lr", "0.001", "--out", "run").FailedWith(2),
            StringComparison.Ordinal);
    }

    [Fact]
    public void New_starts_over_and_loses_nothing()
    {
        SharedRun.CopyTo(place);
        byte[] before = place.Read("run/checkpoint.safetensors");
        Train(5, "--lr", "0.001", "--new", "--out", "run").Succeeded();
        Assert.Equal(before, place.Read("run-before-1/checkpoint.safetensors"));
        Assert.NotEqual(before, place.Read("run/checkpoint.safetensors"));
    }

    [Fact]
    public void An_interrupted_run_without_a_name_is_found_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] train = [
            "train", "--data", place.DataFile, "--device", "cpu", "--batch", "16", "--report-every", "5",
            "--sample-every", "1000000", "--steps", "10000000"];
        Assert.Equal(143, Gangpu.Interrupt(place, "TERM", train).ExitCode);
        string run = Assert.Single(Directory.GetDirectories(place.At("runs")));
        long step = GanGpu.Runs.RunFolder.ReadStep(run);
        Result again = Gangpu.Interrupt(place, "TERM", train);
        Assert.Equal(143, again.ExitCode);
        Assert.Contains(
            FormattableString.Invariant($"from step {step}"), again.OutputLines[0], StringComparison.Ordinal);
        Assert.Equal([run], Directory.GetDirectories(place.At("runs")));
    }

    [Fact]
    public void A_dry_run_measures_and_writes_nothing()
    {
        JsonElement run = JsonDocument.Parse(InProcess.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--batch", "16", "--steps", "100",
            "--accumulate", "2", "--dry-run", "--json", "--out", "./run").Succeeded().Output).RootElement;
        Assert.Empty(place.Entries());
        Assert.True(
            run.GetProperty("samples_per_second").GetDouble() > run.GetProperty("steps_per_second").GetDouble() * 31);
        Assert.True(run.GetProperty("launches_per_step").GetInt32() > 40);
        Assert.True(
            run.GetProperty("memory").GetProperty("total").GetInt64() > 4L * 4 * run.GetProperty("parameters")
            .GetInt64());
        Assert.Contains(
            "launches    24 a step",
            InProcess.Run(
                place, "train", "--preset", "mlp", "--data", place.DataFile, "--device", "cpu", "--batch", "16", "-n")
            .Succeeded().Output, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void Json_is_a_line_for_each_thing_that_happens()
    {
        JsonElement[] lines = [
            .. Train(10, "--json", "--report-every", "5", "--out", "run").Succeeded()
            .OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("start", lines[0].GetProperty("event").GetString());
        Assert.Equal([5, 10], lines[1..^1].Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal("done", lines[^1].GetProperty("event").GetString());
        Assert.Equal(10, lines[^1].GetProperty("step").GetInt32());
    }

    [Fact]
    public void Info_says_how_a_run_stands()
    {
        SharedRun.CopyTo(place);
        Assert.Contains(InProcess.Run(place, "info", "./run").Succeeded().OutputLines, line =>
            line == "step        20 of 20");
        JsonElement info = JsonDocument.Parse(InProcess.Run(place, "info", "./run", "--json").Succeeded().Output)
            .RootElement;
        Assert.Equal(20, info.GetProperty("step").GetInt32());
        Assert.Equal(16, info.GetProperty("settings").GetProperty("options").GetProperty("batch_size").GetInt32());
        Assert.True(info.GetProperty("latest").GetProperty("d_grad_norm").GetDouble() > 0);
        InProcess.Run(place, "info", "./none").FailedWith(2);
    }

    [Fact]
    public void Completion_finds_options_and_writes_scripts()
    {
        Assert.Contains(
            "--diffaugment", InProcess.Run(place, "[suggest:18]", "gangpu train --diff").Succeeded().Output,
            StringComparison.Ordinal);
        foreach (string shell in new[] { "bash", "zsh", "fish", "pwsh" })
            Assert.Contains(
                "[suggest:", InProcess.Run(place, "completion", shell).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("tcsh", InProcess.Run(place, "completion", "tcsh").FailedWith(2), StringComparison.Ordinal);
    }

    private Result Train(int steps, params string[] more) => Gangpu.Run(
        place, ["train", "--data", place.DataFile, "--preset", "mlp", "--device", "cpu", "--batch", "16",
            "--sample-every", "5", "--steps",
            steps.ToString(System.Globalization.CultureInfo.InvariantCulture), .. more]);
}
