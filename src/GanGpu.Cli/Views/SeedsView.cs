using System.Diagnostics;
using System.Globalization;
using GanGpu.Cli.Modalities;
using Spectre.Console;

namespace GanGpu.Cli.Views;

/// <summary>How trainings with several seeds stand: a bar for each on a terminal, plain lines elsewhere.</summary>
internal sealed class SeedsView(SeedRuns runs, DataSet data, Device device)
{
    private static readonly string[] Header =
        ["measure", "better", "mean", "+-", "least", "greatest", "seeds", "generated"];
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock exclusive = new();

    /// <param name="training">Trains; what it is given takes a seed, its report and the step it is to end at, from any
    /// thread.</param>
    public async Task ShowAsync(Func<Action<ulong, TrainingReport, long>, Task> training)
    {
        Console.WriteLine(FormattableString.Invariant($"device      {device.Name}: {device.Description}"));
        Console.WriteLine(FormattableString.Invariant($"data        {data.Name}: {data.Count} samples"));
        foreach ((string about, string text) in SourceView.Lines(data))
            Console.WriteLine(FormattableString.Invariant($"{about,-10}  {text}"));
        Console.WriteLine(FormattableString.Invariant($"seeds       {string.Join(", ", runs.Seeds)}, {runs.AtOnce} at a time"));
        Console.WriteLine($"runs        {runs.FolderPath}");
        if (!Terminal.IsLive)
        {
            Dictionary<ulong, long> shown = [];
            await training((seed, report, last) => Line(shown, seed, report, last)).ConfigureAwait(false);
            return;
        }

        await AnsiConsole.Progress().StartAsync(async progress =>
        {
            Dictionary<ulong, ProgressTask> bars = runs.Seeds.ToDictionary(
                seed => seed, seed => progress.AddTask(FormattableString.Invariant($"seed {seed}"), autoStart: false));
            await training((seed, report, last) =>
            {
                lock (exclusive)
                {
                    ProgressTask bar = bars[seed];
                    if (!bar.IsStarted)
                        bar.StartTask();
                    bar.MaxValue = last;
                    bar.Value = report.Step;
                }
            }).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public static void Write(IReadOnlyList<SeedResult> results, string path)
    {
        TextTable.Write(texts: 2, Header, [.. SeedFigure.Of(results).Select(Row)]);
        foreach (SeedResult result in results.Where(result => result.Evaluation is null))
            Console.WriteLine(FormattableString.Invariant($"Seed {result.Seed} diverged and is left out."));
        Console.WriteLine($"Each seed's figures: {path}");
    }

    private static string[] Row(SeedFigure figure)
    {
        // A mean has a digit more than its terms.
        string format = figure.Format[0] == 'F'
            ? FormattableString.Invariant($"F{int.Parse(figure.Format.AsSpan(1), CultureInfo.InvariantCulture) + 1}")
            : figure.Format;
        return
        [
            figure.Measure, figure.GreaterIsBetter ? "more" : "less", figure.Mean.ToString(format, CultureInfo.InvariantCulture),
                figure.StandardError?.ToString("G2", CultureInfo.InvariantCulture) ?? "",
            figure.Least.ToString(figure.Format, CultureInfo.InvariantCulture),
            figure.Greatest.ToString(figure.Format, CultureInfo.InvariantCulture),
            figure.Seeds.ToString(CultureInfo.InvariantCulture),
            figure.Generated.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private void Line(Dictionary<ulong, long> shown, ulong seed, TrainingReport report, long last)
    {
        lock (exclusive)
        {
            if (report.Step < last && shown.TryGetValue(seed, out long then) && Stopwatch.GetElapsedTime(then) < Pause)
                return;
            shown[seed] = Stopwatch.GetTimestamp();
            Console.WriteLine(FormattableString.Invariant($"seed {seed}: {report}"));
        }
    }
}
