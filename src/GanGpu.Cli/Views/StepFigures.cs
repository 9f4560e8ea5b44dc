using GanGpu.Benchmarking;
using GanGpu.Graph;

namespace GanGpu.Cli.Views;

/// <summary>
/// What gangpu explain found out about a step on one device. A limit is null where it was too slow to measure.
/// </summary>
internal sealed record StepFigures(string Device, string Description, string Preset, int Batch, StepExplanation Step)
{
    public double? GigaflopsPerSecond { get; init; }

    public double? GigabytesPerSecond { get; init; }

    public double? LaunchGapMicroseconds { get; init; }

    /// <summary>Of each launch; null where that was not asked for.</summary>
    public IReadOnlyList<double>? Microseconds { get; init; }

    /// <summary>
    /// The least time of a launch by arithmetic, by memory and by the gap to the next one, whichever is longest.
    /// </summary>
    public double FloorMicroseconds(LaunchCost launch) =>
        Math.Max(
            Math.Max(ArithmeticMicroseconds(launch.Flops), MemoryMicroseconds(launch.Bytes)),
            LaunchGapMicroseconds ?? 0);

    public double ArithmeticMicroseconds(long flops) => flops / GigaflopsPerSecond / 1e3 ?? 0;

    public double MemoryMicroseconds(long bytes) => bytes / GigabytesPerSecond / 1e3 ?? 0;
}
