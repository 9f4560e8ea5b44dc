using System.Diagnostics;

namespace GanGpu.Tests.Cli;

/// <summary>What is taken away from a training while it goes on.</summary>
public sealed class InterruptedWritingTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    private string[] Training =>
        ["train", "--data", place.DataFile, "--device", "cpu", "--batch", "16", "--report-every", "5", "--out", "run"];

    [Fact]
    public void A_reader_that_has_seen_enough_ends_no_training()
    {
        using Process process = Gangpu.Start(
            place, new Dictionary<string, string>(), [.. Training, "--steps", "200", "--sample-every", "100"]);
        process.StandardOutput.ReadLine();
        process.StandardOutput.Close();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, ""), (process.ExitCode, errors));
        Assert.Equal(200, Step());
    }

    [Fact]
    public async Task A_folder_for_samples_that_is_gone_costs_no_training()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take it away.");
        using Process process = Gangpu.Start(
            place, new Dictionary<string, string>(), [.. Training, "--steps", "1000000", "--sample-every", "100"]);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (!line.StartsWith("step 5,", StringComparison.Ordinal))
                continue;
            Directory.Delete(place.At("run/samples"), recursive: true);
            await File.WriteAllTextAsync(place.At("run/samples"), "in the way", TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.Single((await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(Step() >= 100);
        File.Delete(place.At("run/samples"));
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "5").Succeeded();
    }

    [Fact]
    public async Task A_run_whose_folder_is_gone_ends_in_one_sentence()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take it away.");
        using Process process = Gangpu.Start(
            place, new Dictionary<string, string>(), [.. Training, "--steps", "1000000", "--sample-every", "100"]);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("step 5,", StringComparison.Ordinal))
                Directory.Move(place.At("run"), place.At("elsewhere"));
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains(
            "run", Assert.Single((await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Gangpu.Run(place, "train", "--resume", "elsewhere", "--steps", "5").Succeeded();
    }

    [Fact]
    public void Sigusr1_writes_a_checkpoint_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Process process = Gangpu.Start(
            place, new Dictionary<string, string>(), [.. Training, "--steps", "1000000", "--sample-every", "1000000"]);
        int lines = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (!line.StartsWith("step ", StringComparison.Ordinal))
                continue;
            if (lines++ == 0)
                Send("USR1");
            // All that is there otherwise is the checkpoint of the beginning, and after a minute, which is sixty lines,
            // one that nobody asked for.
            if (Step() > 0 || lines == 30)
                process.Kill();
        }

        process.WaitForExit();
        Assert.True(Step() > 0);

        void Send(string signal)
        {
            using Process kill = Process.Start(
                "kill", ["-s", signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    private long Step() => GanGpu.Runs.RunFolder.ReadStep(place.At("run"));
}
