using System.Text.Json;
using GanGpu.Cli.Commands;
using GanGpu.Training;
using static GanGpu.Cli.Views.Lines;

namespace GanGpu.Cli.Views;

/// <summary>What a training would take, as lines or as JSON.</summary>
internal static class DryRunView
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static void Write(DryRun run)
    {
        TrainingMemory memory = run.Memory;
        Line($"memory      {Megabytes(memory.Total)}: weights {Megabytes(memory.Weights)}, gradients " +
            $"{Megabytes(memory.Gradients)}, moments {Megabytes(memory.Moments)}, intermediate results " +
            $"{Megabytes(memory.Intermediate)}, {(memory.StepsPerSlot > 0 ? "parts of the data set" : "data set")} " +
            $"{Megabytes(memory.Samples)}, other {Megabytes(memory.Other)}");
        Line($"parameters  {run.Parameters}");
        Line($"launches    {run.LaunchesPerStep} a step");
        Line($"pace        {Pace.Of(run.StepsPerSecond, "step")}, {Pace.Of(run.SamplesPerSecond, "sample")}, by a " +
            $"measurement of two seconds");
        Line($"time        {(long)run.Time.TotalHours}:{run.Time:mm\\:ss} for {run.Steps} steps");
        Line($"Nothing was written.");
    }

    public static void WriteJson(DryRun run) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            Memory = run.Memory,
            run.Parameters,
            run.LaunchesPerStep,
            run.Steps,
            run.StepsPerSecond,
            run.SamplesPerSecond,
            Seconds = run.Time.TotalSeconds,
        }, Json));

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:F1} MB");
}
