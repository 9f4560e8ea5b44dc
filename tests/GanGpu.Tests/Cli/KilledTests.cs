using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Cli;

/// <summary>
/// A training that is killed (SIGKILL, as by a loss of power or the system's want of memory) at any moment leaves a
/// whole checkpoint, which is not older than an interval. GANGPU_KILLS says how often, four times unless told.
/// </summary>
public sealed partial class KilledTests : IDisposable
{
    private const int Interval = 20;

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_killed_training_loses_an_interval_at_most()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        int kills = int.Parse(Environment.GetEnvironmentVariable("GANGPU_KILLS") ?? "4", CultureInfo.InvariantCulture);
        Random random = new(1);
        long before = 0;
        for (int i = 0; i < 16; i++)
            Squares.Write(place.At($"../pictures/{i}.png"), 10 * i);
        for (int i = 0; i < kills; i++)
        {
            long reported = TrainAndKill(random.Next(5, 12), random.Next(5));
            JsonElement info = JsonDocument.Parse(Gangpu.Run(place, "info", "run", "--json").Succeeded().Output)
                .RootElement;
            long step = info.GetProperty("step").GetInt64();
            Assert.True(
                step >= reported - Interval
                && step >= before,
                FormattableString.Invariant(
                    $"Kill {i}: at step {step} after a report of step {reported}, and {before} before."));
            before = step;
            Gangpu.Run(place, "sample", "run", "--device", "cpu", "--count", "1", "--out", "one.npy").Succeeded();
        }

        Assert.True(before > 0, "No training came as far as a first interval.");
    }

    /// <summary>
    /// Goes on with the run, and kills it somewhere after so many reports, at least an interval. Gives the last step
    /// that it reported.
    /// </summary>
    private long TrainAndKill(int reports, int milliseconds)
    {
        string[] train = Directory.Exists(place.At("run"))
            ? ["train", "--resume", "run", "--steps", "10000000"]
            : ["train", "--data", "../pictures", "--image-size", "8", "--device", "cpu", "--steps", "10000000",
                "--batch", "16", "--report-every", "5", "--sample-every",
                Interval.ToString(CultureInfo.InvariantCulture), "--keep-checkpoints", "2", "--out", "run"];
        using Process process = Gangpu.Start(place, new Dictionary<string, string>(), train);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long step = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (!Report().IsMatch(line))
                continue;
            step = long.Parse(Report().Match(line).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (--reports != 0)
                continue;
            Thread.Sleep(milliseconds);
            process.Kill();
        }

        process.WaitForExit();
        Assert.Equal("", errors.Result);
        return step;
    }

    [GeneratedRegex("^step ([0-9]+),")]
    private static partial Regex Report();
}
