using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GanGpu.Devices;
using Spectre.Console;

namespace GanGpu.Cli.Views;

/// <summary>Writes what gangpu bench measured: tables on a terminal, plain lines elsewhere, or JSON.</summary>
internal static class BenchView
{
    // Nothing here goes into HTML, so a plus sign may stay one.
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(BenchFigures figures)
    {
        bool hasPeak = figures.PeakGigaflopsPerSecond is not null;
        Console.WriteLine($"{figures.Device}: {figures.Description}");
        if (figures.PeakGigaflopsPerSecond is { } peak)
            Console.WriteLine($"Arithmetic peak, multiply-adds in registers on all threads: {Number(peak)} GFLOP/s");
        Write(
            ["product M x N x K", "GFLOP/s", "us", .. If(hasPeak, "of peak")],
            [.. figures.Gemm.Select(line => Row(line.Name, line.Skipped, line.Rate is { } rate
                ? [Number(rate.GigaflopsPerSecond), Number(rate.Microseconds), .. If(hasPeak, Percent(rate.GigaflopsPerSecond / figures.PeakGigaflopsPerSecond))]
                : null))]);
        Write(
            ["step at batch", "ms", "steps/s", "images/s", .. If(hasPeak, "ms at peak")],
            [.. figures.Step.Select(line => Row(line.Name, line.Skipped, line.Rate is { } rate
                ? [Number(rate.MillisecondsPerStep), Number(rate.StepsPerSecond), Number(rate.ImagesPerSecond), .. If(hasPeak, Number(figures.FloorMilliseconds(rate.Batch) ?? 0))]
                : null))]);
        if (figures.Disturbed)
            Console.WriteLine("The processor's speed varied by more than a fifth meanwhile (other programs, or heat): these figures are lower than they could be.");
    }

    public static void WriteJson(IEnumerable<BenchFigures> all)
    {
        JsonObject root = new()
        {
            ["machine"] = new JsonObject
            {
                ["processor"] = Device.List().First(device => device.Name == "cpu").Description,
                ["os"] = RuntimeInformation.OSDescription,
                ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
                ["dotnet"] = Environment.Version.ToString(),
            },
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["version"] = typeof(Device).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            ["devices"] = new JsonArray([.. all.Select(Node)]),
        };
        Console.WriteLine(root.ToJsonString(Json));
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
                ["images_per_second"] = rate.ImagesPerSecond,
                ["milliseconds_at_peak"] = figures.FloorMilliseconds(rate.Batch),
            }
            : new JsonObject { ["batch"] = int.Parse(line.Name, CultureInfo.InvariantCulture), ["skipped"] = line.Skipped })]),
    };

    private static string[] Row(string name, string? skipped, string[]? figures) => [name, .. figures ?? [skipped ?? ""]];

    private static void Write(string[] header, List<string[]> rows)
    {
        if (Terminal.IsLive)
            WriteTable(header, rows);
        else
            WriteLines(header, rows);
    }

    private static void WriteTable(string[] header, List<string[]> rows)
    {
        Table table = new Table().RoundedBorder();
        for (int i = 0; i < header.Length; i++)
        {
            TableColumn column = new TableColumn(Markup.Escape(header[i])).NoWrap();
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    private static void WriteLines(string[] header, List<string[]> rows)
    {
        int first = rows.Select(row => row[0]).Append(header[0]).Max(cell => cell.Length);
        // What was skipped says so in words, which need no column.
        int[] widths = [.. header.Select((title, i) => rows.Where(row => row.Length == header.Length).Select(row => row[i].Length).Append(title.Length).Max())];
        foreach (string[] row in rows.Prepend(header))
        {
            string figures = row.Length == header.Length ? string.Join("  ", row.Skip(1).Select((cell, i) => cell.PadLeft(widths[i + 1]))) : row[1];
            Console.WriteLine($"  {row[0].PadRight(first)}  {figures}");
        }
    }

    private static string[] If(bool wanted, string cell) => wanted ? [cell] : [];

    private static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0}%");

    /// <summary>Three digits that count, or all before the point.</summary>
    private static string Number(double value) =>
        value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : value >= 1 ? "F2" : "F3", CultureInfo.InvariantCulture);
}
