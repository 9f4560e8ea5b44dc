using System.Text.Json;

namespace GanGpu.Tests.Cli;

/// <summary>gangpu train --roll-back: a training that is lost goes back, and on at a lower learning rate.</summary>
public sealed class RollBackTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_training_that_diverges_goes_on_at_half_the_learning_rate()
    {
        // At 0.1 it diverges within ten steps, at 0.05 or 0.025 it does not.
        string[] diverging = [
            "train", "--device", "cpu", "--optimizer", "sgd", "--loss", "lsgan", "--lr", "0.1", "--steps", "60",
            "--report-every", "10", "--sample-every", "20"];
        string line = Gangpu.Run(place, [.. diverging, "--out", "lost"]).FailedWith(5);
        Assert.Matches(
            "diverged (at|by) step [0-9]+: .*the tensor '(generator|discriminator)[^']*'.*The last good checkpoint " +
            "is of step 0: .*checkpoint.safetensors", line);
        Result result = Gangpu.Run(place, [.. diverging, "--roll-back", "--out", "run"]);
        result.Succeeded();
        Assert.Contains(result.OutputLines, line => line.StartsWith("step 10: went back", StringComparison.Ordinal));
        JsonElement[] metrics = Metrics("run");
        Assert.Equal([10, 20, 30, 40, 50, 60], metrics.Select(line => line.GetProperty("step").GetInt64()));
        Assert.Equal(10, metrics[0].GetProperty("rolled_back_from").GetInt64());
        Assert.DoesNotContain(metrics[1..], line => line.TryGetProperty("rolled_back_from", out _));

        // The checkpoint knows the rate that it goes on with, and a resumed training may go back as well.
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "20").Succeeded();
        Assert.Equal(80, Metrics("run")[^1].GetProperty("step").GetInt64());
    }

    [Fact]
    public void A_training_that_diverges_at_any_rate_ends_after_three_times()
    {
        string line = Gangpu.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "60", "--batch", "16", "--lr",
            "1e30", "--report-every", "5", "--roll-back", "--out", "run").FailedWith(5);
        Assert.Contains("gone back 3 times", line, StringComparison.Ordinal);
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--out", "after.png").Succeeded();
    }

    [Fact]
    public void Samples_that_have_collapsed_are_gone_back_from_to_the_best()
    {
        // A generator that is not trained draws the same grey each time, and no later samples are better than the first
        // measured.
        Result result = Gangpu.Run(
            place, "train", "--data", place.DataFile, "--preset", "mlp", "--device", "cpu", "--batch", "16", "--lr-g",
            "0", "--steps", "40", "--report-every", "1", "--sample-every", "10", "--best", "sw", "--roll-back",
                "--out", "run");
        result.Succeeded();
        Assert.Equal(3, result.OutputLines.Count(line => line.Contains("went back", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(1, 40), Metrics("run").Select(line => line.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void It_does_not_go_with_seeds() => Assert.Contains(
        "--roll-back", InProcess.Run(place, "train", "--seeds", "0..1", "--roll-back", "--out", "./run").FailedWith(2),
        StringComparison.Ordinal);

    private JsonElement[] Metrics(string run) =>
        [.. File.ReadLines(place.At($"{run}/metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
}
