using Microsoft.Extensions.Logging;

namespace GanGpu.Tests.Devices;

/// <summary>What a program's logger hears.</summary>
public sealed class LoggerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-log-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_training_is_told_from_the_device_to_the_checkpoint()
    {
        Listener listener = new(LogLevel.Information);
        string path = Path.Combine(folder.FullName, "a.safetensors");
        await TrainAndResume(listener, path);
        Assert.Collection(listener.Heard,
            text => Assert.Matches("^Information 1: Opened cpu: .+", text),
            text => Assert.Matches("^Information 3: Training mlp from step 0 to step 4.$", text),
            text => Assert.Equal($"Information 5: Saved step 4 as {path}.", text),
            text => Assert.Equal($"Information 6: Resuming {path} at step 4.", text));
    }

    [Fact]
    public async Task Reports_and_devices_passed_over_are_for_who_debugs()
    {
        Listener listener = new(LogLevel.Debug);
        await TrainAndResume(listener, Path.Combine(folder.FullName, "a.safetensors"));
        Assert.Equal(2, listener.Heard.Count(text => text.StartsWith("Debug 4: step ", StringComparison.Ordinal)));
        Assert.Equal(
            Device.List().Count(device => !device.Usable),
            listener.Heard.Count(text => text.StartsWith("Debug 0: The device ", StringComparison.Ordinal)));
    }

    private static async Task TrainAndResume(ILogger logger, string path)
    {
        using Device device = Device.Open("cpu", new() { Logger = logger });
        DataSet data = DataSet.FromBytes("grey", new byte[8 * 16], 8, 4, 4, 1);
        using (GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 4, ReportEvery = 2 }))
        {
            await foreach (TrainingReport report in trainer.StepReportsAsync(4))
                Assert.True(report.Step > 0);
            trainer.Save(path);
        }

        GanTrainer.Resume(device, data, path).Dispose();
    }

    private sealed class Listener(LogLevel least) : ILogger
    {
        public List<string> Heard { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Heard.Add($"{logLevel} {eventId.Id}: {formatter(state, exception)}");
        }
    }
}
