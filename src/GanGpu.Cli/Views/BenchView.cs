using System.Globalization;
using System.Text.Json.Nodes;

namespace GanGpu.Cli.Views;

/// <summary>Writes what gangpu bench measured: tables on a terminal, plain lines elsewhere, or JSON.</summary>
internal static class BenchView
{
    public static void Write(BenchFigures figures, string preset)
    {
        bool hasPeak = figures.PeakGigaflopsPerSecond is not null;
        Console.WriteLine($"{figures.Device}: {figures.Description}");
        if (figures.PeakGigaflopsPerSecond is { } peak)
            Console.WriteLine(
                $"Arithmetic peak, multiply-adds in registers on all threads: {TextTable.Number(peak)} GFLOP/s");
        TextTable.Write(
            1,
            ["product M x N x K", "GFLOP/s", "us", .. If(hasPeak, "of peak")],
            [.. figures.Gemm.Select(line => Row(line.Name, line.Skipped, line.Rate is { } rate
                ? [TextTable.Number(rate.GigaflopsPerSecond), TextTable.Number(rate.Microseconds),
                    .. If(hasPeak, TextTable.Percent(rate.GigaflopsPerSecond / figures.PeakGigaflopsPerSecond))]
                : null))]);
        TextTable.Write(
            1,
            [$"{preset} at batch", "ms", "steps/s", "samples/s", .. If(hasPeak, "ms at peak")],
            [.. figures.Step.Select(line => Row(line.Name, line.Skipped, line.Rate is { } rate
                ? [TextTable.Number(rate.MillisecondsPerStep), TextTable.Number(rate.StepsPerSecond),
                    TextTable.Number(rate.SamplesPerSecond),
                    .. If(hasPeak, TextTable.Number(figures.FloorMilliseconds(rate) ?? 0))]
                : null))]);
        if (figures.Disturbed)
            Console.WriteLine(
                "The processor's speed varied by more than a fifth meanwhile (other programs, or heat): these " +
                "figures are lower than they could be.");
    }

    public static void WriteJson(IEnumerable<BenchFigures> all, string preset)
    {
        JsonObject report = MeasuredReport.Begin();
        report["preset"] = preset;
        report["devices"] = new JsonArray([.. all.Select(Node)]);
        MeasuredReport.Write(report);
    }

    private static JsonObject Node(BenchFigures figures) => new()
    {
        ["device"] = figures.Device,
        ["description"] = figures.Description,
        ["peak_gigaflops_per_second"] = figures.PeakGigaflopsPerSecond,
        ["disturbed"] = figures.Disturbed,
        ["gemm"] = new JsonArray([.. figures.Gemm.Select(line => line.Rate is { } rate
            ? new JsonObject
            {
                ["shape"] = rate.Shape,
                ["gigaflops_per_second"] = rate.GigaflopsPerSecond,
                ["microseconds"] = rate.Microseconds,
                ["share_of_peak"] = rate.GigaflopsPerSecond / figures.PeakGigaflopsPerSecond,
            }
            : new JsonObject { ["shape"] = line.Name, ["skipped"] = line.Skipped })]),
        ["step"] = new JsonArray([.. figures.Step.Select(line => line.Rate is { } rate
            ? new JsonObject
            {
                ["batch"] = rate.Batch,
                ["milliseconds_per_step"] = rate.MillisecondsPerStep,
                ["steps_per_second"] = rate.StepsPerSecond,
                ["samples_per_second"] = rate.SamplesPerSecond,
                ["milliseconds_at_peak"] = figures.FloorMilliseconds(rate),
            }
            : new JsonObject
            {
                ["batch"] = int.Parse(line.Name, CultureInfo.InvariantCulture),
                ["skipped"] = line.Skipped,
            })]),
    };

    private static string[] Row(string name, string? skipped, string[]? figures) =>
        [name, .. figures ?? [skipped ?? ""]];

    private static string[] If(bool wanted, string cell) => wanted ? [cell] : [];
}
