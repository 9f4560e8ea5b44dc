using System.Globalization;
using GanGpu.Cli.Modalities;
using GanGpu.Data;

namespace GanGpu.Cli.Views;

/// <summary>What a data set holds, for a person.</summary>
internal static class DataView
{
    private const int MostRows = 100;

    public static void Write(DataSummary summary)
    {
        string shape = summary.Format.IsFlat ? $"vectors of {summary.Format.Length}"
            : $"{summary.Format.Modality} of {summary.Format}";
        Console.WriteLine(
            FormattableString.Invariant(
                $"{Printable(summary.Name)}: {summary.Count} {shape}, {summary.Bytes / 1e6:0.0} MB in memory"));
        if (summary.HeldOut is { } held)
            Console.WriteLine(FormattableString.Invariant($"{held} more are not trained on and serve to measure by"));
        foreach ((string about, string text) in SourceView.Lines(summary))
            Console.WriteLine(FormattableString.Invariant($"{about,-10}  {text}"));
        TextTable.Write(1, [summary.Format.IsFlat ? "number" : "channel", "least", "greatest", "mean", "deviation"],
            [.. summary.Values.Take(MostRows)
                .Select((values, i) =>
                    new[] { SourceView.Column(summary.Format, i), Figure(values.Least), Figure(values.Most), Figure(values.Mean),
                        Figure(values.Deviation) })]);
        if (summary.Classes.Count > 0)
            TextTable.Write(
                1, ["class", "samples"],
                [.. summary.Classes.Take(MostRows)
                    .Select(one =>
                        new[] { one.Name is null ? Number(one.Number)
                            : $"{Number(one.Number)} {Printable(one.Name)}", Number(one.Count) })]);
        else if (summary.WhyNoClasses is null)
            Console.WriteLine("no classes");
        if (Math.Max(summary.Classes.Count, summary.Values.Count) > MostRows)
            Console.WriteLine($"The first {MostRows} are shown; --json has all.");
    }

    private static string Figure(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A folder's name may hold what a terminal would take for a command.</summary>
    internal static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
}
