using System.Globalization;
using System.Text.Json.Nodes;
using GanGpu.Benchmarking;
using GanGpu.Graph;
using static GanGpu.Cli.Views.Lines;

namespace GanGpu.Cli.Views;

/// <summary>Writes what gangpu explain found out: a table, or JSON.</summary>
internal static class ExplainView
{
    public static void Write(StepFigures figures)
    {
        StepExplanation step = figures.Step;
        Line($"Preset {figures.Preset} at batch {figures.Batch} on {figures.Device}: {figures.Description}");
        string[] header = ["", "", "launch", "size", "fused", "MFLOP", "KB", "least us", .. figures.Microseconds is null
            ? [] : new[] { "us", "least/us" }];
        List<string[]> rows = [.. step.Launches.Select((launch, i) => Row(figures, launch, i))];
        double floor = step.Launches.Sum(figures.FloorMicroseconds);
        rows.Add(
            ["", "", "all", "", "", Millions(step.Flops), Kilobytes(step.Bytes), Number(floor),
                .. Measured(floor, figures.Microseconds?.Sum())]);
        TextTable.Write(5, header, rows);
        Line($"Launches: {step.Launches.Count(launch => launch.Network == "D")} for the discriminator, " +
            $"{step.Launches.Count(launch => launch.Network == "G")} for the generator.");
        Line($"Memory: {Kilobytes(step.ArenaBytes)} KB for intermediate results, {Kilobytes(step.WeightBytes)} KB " +
            $"for weights, gradients and moments.");
        Line($"Measured: {Limit(figures.GigaflopsPerSecond)} GFLOP/s in registers, " +
            $"{Limit(figures.GigabytesPerSecond)} GB/s to as much memory as that, " +
            $"{Limit(figures.LaunchGapMicroseconds)} us from launch to launch.");
        Line($"Least time of a step: {Number(figures.ArithmeticMicroseconds(step.Flops))} us by arithmetic, " +
            $"{Number(figures.MemoryMicroseconds(step.Bytes))} us by memory, " +
            $"{Number(step.Launches.Count * (figures.LaunchGapMicroseconds ?? 0))} us by launches; {Number(floor)} " +
            $"us if each launch takes the longest of its three.");
    }

    public static void WriteJson(StepFigures figures)
    {
        JsonObject report = MeasuredReport.Begin();
        report["device"] = figures.Device;
        report["description"] = figures.Description;
        report["preset"] = figures.Preset;
        report["batch"] = figures.Batch;
        report["gigaflops_per_second"] = figures.GigaflopsPerSecond;
        report["gigabytes_per_second"] = figures.GigabytesPerSecond;
        report["launch_gap_microseconds"] = figures.LaunchGapMicroseconds;
        report["arena_bytes"] = figures.Step.ArenaBytes;
        report["weight_bytes"] = figures.Step.WeightBytes;
        report["flops"] = figures.Step.Flops;
        report["bytes"] = figures.Step.Bytes;
        report["least_microseconds"] = figures.Step.Launches.Sum(figures.FloorMicroseconds);
        report["launches"] = new JsonArray([.. figures.Step.Launches.Select((launch, i) => new JsonObject
        {
            ["network"] = launch.Network,
            ["operation"] = launch.Operation,
            ["size"] = launch.Size,
            ["fused"] = launch.Fused,
            ["flops"] = launch.Flops,
            ["bytes"] = launch.Bytes,
            ["least_microseconds"] = figures.FloorMicroseconds(launch),
            ["microseconds"] = figures.Microseconds?[i],
        })]);
        MeasuredReport.Write(report);
    }

    private static string[] Row(StepFigures figures, LaunchCost launch, int index)
    {
        double floor = figures.FloorMicroseconds(launch);
        return
        [
            (index + 1).ToString(CultureInfo.InvariantCulture), launch.Network, launch.Operation, launch.Size,
                launch.Fused,
            launch.Flops == 0 ? "" : Millions(launch.Flops), Kilobytes(launch.Bytes), Number(floor),
                .. Measured(floor, figures.Microseconds?[index]),
        ];
    }

    private static string[] Measured(double floor, double? microseconds) =>
        microseconds is { } time ? [Number(time), TextTable.Percent(floor / time)] : [];

    private static string Millions(long flops) => (flops / 1e6).ToString("F1", CultureInfo.InvariantCulture);

    private static string Kilobytes(long bytes) => (bytes / 1024.0).ToString("F1", CultureInfo.InvariantCulture);

    private static string Number(double microseconds) => microseconds.ToString("F1", CultureInfo.InvariantCulture);

    private static string Limit(double? figure) => figure is { } value ? TextTable.Number(value) : "unmeasurably few";
}
