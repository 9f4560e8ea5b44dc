using GanGpu.Tests.Support;
using Microsoft.Extensions.Logging;

namespace GanGpu.Tests.Training;

/// <summary>Data that trains without a fault and never can be what a generator makes.</summary>
public sealed class DataFitTests
{
    [Fact]
    public void Numbers_that_tanh_never_makes_are_warned_of()
    {
        Assert.Equal(
            ["Warning 7: 'pixels' has numbers from 0 to 255, and the generator ends with tanh, so it makes numbers " +
                "from -1 to 1 only; scale the data to -1..1."],
            Heard(Preset.Mlp, Vectors("pixels", i => i % 256)));
        Assert.Empty(Heard(Preset.Mlp, Vectors("scaled", i => (i % 3) - 1)));
        // Its generator ends with a linear layer.
        Assert.Empty(Heard(new Toy2dPreset { Units = 4 }, Vectors("pixels", i => i % 256)));
    }

    [Theory]
    [InlineData("dcgan")]
    [InlineData("wgan-gp")]
    [InlineData("sngan")]
    [InlineData("r3gan")]
    public void Convolutions_over_vectors_are_warned_of(string preset) => Assert.Equal(
        ["Warning 8: 'scaled' has vectors of 256 numbers, which the preset's convolutions take for pictures of one " +
            "row; give pictures with DataSet.FromBytes, or take a preset of dense layers, such as mlp."],
        Heard(Small(preset), Vectors("scaled", i => (i % 3) - 1)));

    [Fact]
    public void Pictures_always_fit() =>
        Assert.Empty(Heard(Small("dcgan"), DataSet.FromBytes("pictures", new byte[4 * 64], 4, 8, 8, 1)));

    private static Preset Small(string name) =>
        SmallPreset.WithChannels(Preset.Named(name), name == "sngan" ? 2 : 1);

    private static DataSet Vectors(string name, Func<int, float> value) =>
        DataSet.FromValues(name, (float[])[.. Enumerable.Range(0, 4 * 256).Select(value)], 4, 256);

    private static List<string> Heard(Preset preset, DataSet data)
    {
        Warnings logger = new();
        using Device device = Device.Open("cpu", new() { Threads = 1, Logger = logger });
        new GanTrainer(device, preset, data, new() { BatchSize = 4 }).Dispose();
        return logger.Heard;
    }

    private sealed class Warnings : ILogger
    {
        public List<string> Heard { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Heard.Add($"{logLevel} {eventId.Id}: {formatter(state, exception)}");
        }
    }
}
