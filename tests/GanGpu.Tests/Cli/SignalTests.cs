using System.Diagnostics;
using System.Globalization;

namespace GanGpu.Tests.Cli;

public class SignalTests
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("TERM TERM", 143)]
    [InlineData("TERM HUP TERM", 143)]
    public void A_signal_ends_the_training_with_everything_saved(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Workplace place = new();
        Result result = Gangpu.Interrupt(place, signal,
            "train", "--data", place.DataFile, "--device", "cpu", "--steps", "10000000", "--sample-every", "1000000",
                "--batch", "16", "--report-every", "5", "--out", "run");

        Assert.True(result.ExitCode == exitCode, $"ended with {result.ExitCode}: {result.Errors}");
        Assert.Equal("", result.Errors);
        Assert.Contains("--resume run", result.OutputLines[^1], StringComparison.Ordinal);
        string[] entries = place.Entries("run");
        Assert.Equal(
            ["checkpoint.safetensors", "loss.png", "metrics.jsonl", "report.html", "samples", "samples.png",
                "settings.json", "training.webp"],
            entries.Where(name => !name.Contains('/', StringComparison.Ordinal)));
        string lastGrid = entries.Last(name => name.StartsWith("samples/", StringComparison.Ordinal));
        Assert.NotEqual("samples/step-000000.png", lastGrid);

        // The checkpoint is that of the step it stopped at: it draws the last grid.
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--out", "again.png").Succeeded();
        Assert.Equal(place.Read("run/" + lastGrid), place.Read("again.png"));
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "3").Succeeded();
    }

    /// <summary>A step of so many samples takes minutes, so somebody may lose patience.</summary>
    [Fact]
    public async Task A_second_ctrl_c_ends_the_training_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Workplace place = new();
        bool early = true;
        for (int seconds = 1; early && seconds < 100; seconds *= 3)
        {
            using Process process = Gangpu.Start(place, new Dictionary<string, string>(),
                ["train", "--data", "digits", "--preset", "dcgan", "--device", "cpu", "--threads", "1", "--steps",
                    "1000", "--batch", "2048", "--accumulate", "50", "--report-every", "1", "--new", "--out", "run"]);
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            // The first samples are drawn before the first step, and what else comes before it takes no second of the
            // processor: when more has been used, the step has begun.
            while (!File.Exists(place.At("run/samples.png")))
                await Wait();
            TimeSpan before = process.TotalProcessorTime;
            while (process.TotalProcessorTime - before < TimeSpan.FromSeconds(seconds))
                await Wait();
            // Those that follow one another too closely are taken for one.
            while (!process.HasExited)
            {
                using Process kill =
                    Process.Start("kill", ["-s", "INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
                await Task.WhenAny(
                    process.WaitForExitAsync(TestContext.Current.CancellationToken),
                    Task.Delay(400, TestContext.Current.CancellationToken));
            }

            Assert.Equal(130, process.ExitCode);
            // Where the step had not begun, the first is enough, and everything is saved.
            early = (await output).Contains("--resume", StringComparison.Ordinal);

            async Task Wait()
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
                process.Refresh();
                Assert.False(process.HasExited, "It ended of itself.");
            }
        }

        Assert.False(early, "It ended as after the first.");
        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--count", "1", "--out", "one.npy").Succeeded();
    }
}
