using System.Text.Json;

namespace GanGpu.Tests.Cli;

/// <summary>
/// gangpu train --best: the best checkpoint outlives worse ones, and what a training suffers from is named.
/// </summary>
public sealed class BestCheckpointTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("fd")]
    [InlineData("sw")]
    [InlineData("hq")]
    public void The_best_measured_checkpoint_is_kept_and_can_be_drawn_from(string measure)
    {
        Result result = Train("run", 200, "--best", measure, "--sample-every", "50");
        (long Step, double Figure)[] measured = Measured("run", measure);
        Assert.Equal([50, 100, 150, 200], measured.Select(each => each.Step));
        (long step, double figure) = measure == "hq" ? measured.MaxBy(each => each.Figure)
            : measured.MinBy(each => each.Figure);
        Assert.Contains(result.OutputLines, line => line.StartsWith("Best: " + measure, StringComparison.Ordinal)
            && line.Contains($"at step {step},", StringComparison.Ordinal));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], place.Read("run/quality.png")[..4]);

        // The same bits as a training of that many steps.
        Train("short", (int)step, "--sample-every", "1000");
        Assert.Equal(place.Read("short/checkpoint.safetensors"), place.Read("run/best.safetensors"));
        Gangpu.Run(place, "sample", "run", "--best", "--device", "cpu", "--out", "best.npy").Succeeded();
        Gangpu.Run(place, "sample", "short", "--device", "cpu", "--out", "short.npy").Succeeded();
        Assert.Equal(place.Read("short.npy"), place.Read("best.npy"));
        Assert.True(double.IsFinite(figure));
        Assert.False(File.Exists(place.At("short/quality.png")));
        Assert.Contains(
            "--best", Gangpu.Run(place, "sample", "short", "--best", "--device", "cpu", "--out", "none.npy")
            .FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_is_ruined_later_keeps_its_best()
    {
        Train("run", 150, "--best", "sw", "--sample-every", "50", "--lr-decay", "1000");
        byte[] best = place.Read("run/best.safetensors");
        (long Step, double Figure)[] before = Measured("run", "sw");

        // Gone on with, it compares with what it measured before.
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "50", "--sample-every", "50").Succeeded();
        (long Step, double Figure)[] after = Measured("run", "sw");
        Assert.Equal(before, after[..^1]);
        Assert.Equal(
            after[^1].Figure < before.Min(each => each.Figure),
            !best.AsSpan().SequenceEqual(place.Read("run/best.safetensors")));
    }

    [Fact]
    public void A_discriminator_that_is_too_strong_is_named_once()
    {
        Result result = Gangpu.Run(
            place, "train", "--device", "cpu", "--threads", "1", "--lr-d", "2e-3", "--lr-g", "0", "--steps", "600",
            "--report-every", "20", "--out", "run");
        result.Succeeded();
        Assert.Single(result.OutputLines, line => line.Contains("D too strong", StringComparison.Ordinal));
        Assert.Contains(
            "\"diagnosis\":\"discriminator-too-strong\"", File.ReadAllText(place.At("run/metrics.jsonl")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fid", "fd or sw or classes or hq")]
    [InlineData("hq", "modes")]
    public void A_measure_that_is_none_or_not_of_these_data_is_refused(string measure, string named) => Assert.Contains(
        named, InProcess.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "1", "--best", measure, "--out",
            "./run").FailedWith(2), StringComparison.Ordinal);

    private Result Train(string folder, int steps, params string[] more)
    {
        Result result = Gangpu.Run(
            place, ["train", "--data", "ring", "--preset", "toy-2d", "--device", "cpu", "--threads", "1", "--steps",
                steps.ToString(System.Globalization.CultureInfo.InvariantCulture), "--out", folder, .. more]);
        result.Succeeded();
        return result;
    }

    private (long Step, double Figure)[] Measured(string folder, string measure) =>
    [
        .. File.ReadLines(place.At($"{folder}/metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("quality", out _))
            .Select(line =>
                (line.GetProperty("step").GetInt64(), line.GetProperty("quality_measure").GetString() == measure
                    ? line.GetProperty("quality").GetDouble() : double.NaN)),
    ];
}
