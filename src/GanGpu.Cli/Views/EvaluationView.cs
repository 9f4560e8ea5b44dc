using System.Globalization;
using GanGpu.Measures;

namespace GanGpu.Cli.Views;

/// <summary>An evaluation as a table: what was measured where, on how many samples, and which way is better.</summary>
internal static class EvaluationView
{
    private static readonly string[] Header = ["measure", "better", "value", "+-", "generated", "real"];

    public static void Write(Evaluation evaluation)
    {
        TextTable.Write(texts: 2, Header, [.. evaluation.Figures.Select(Row)]);
        if (evaluation.Get<ClassMeasurement>() is { } classes)
            WriteClasses(classes.Shares);
        foreach (string remark in evaluation.Measurements.SelectMany(found => found.Remarks))
            Console.WriteLine(remark);
        if (!evaluation.HeldOut)
            Console.WriteLine(
                $"'{evaluation.Data}' has no samples held out: the real ones are those that were trained on.");
    }

    /// <summary>Of each class how many samples are of it, as numbers and as bars.</summary>
    private static void WriteClasses(ClassShares classes)
    {
        const int BarAtExpected = 20, LongestBar = 40;
        Console.WriteLine();
        TextTable.Write(
            texts: 1, ["class", "generated, %", "expected, %", ""],
            [.. Enumerable.Range(0, classes.Shares.Count).Select(number => new[]
        {
            classes.NameOf(number), Percent(classes.Shares[number]), Percent(classes.Expected[number]),
            new string(
                '#', (int)Math.Min(
                    LongestBar,
                    Math.Round(
                        BarAtExpected * classes.Shares[number]
                        / Math.Max(classes.Expected[number], 1.0 / classes.Samples)))).PadRight(LongestBar),
        })]);
        Console.WriteLine();
        if (classes.Lack() is { } lack)
            Console.WriteLine($"Of the samples, {lack}.");
    }

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    private static string[] Row(Figure figure) =>
    [
        figure.Name, figure.GreaterIsBetter ? "more" : "less",
        figure.Value?.ToString(figure.Format, CultureInfo.InvariantCulture) ?? "-",
        figure.Error?.ToString("G2", CultureInfo.InvariantCulture) ?? "",
        figure.Generated.ToString(CultureInfo.InvariantCulture),
        figure.Real?.ToString(CultureInfo.InvariantCulture) ?? "",
    ];
}
