using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GanGpu.Data;

namespace GanGpu.Runs;

/// <summary>
/// A run as one HTML file that needs no other and no network: curves, samples through time, health, settings and
/// devices. Every text of the user's is data in it: a policy in the file itself allows its own script, told by its
/// hash, and nothing else.
/// </summary>
internal static class RunReport
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "report.html";

    /// <summary>
    /// Grids of samples in a report, and bytes of their PNG files, which are a third larger in it: a page that loads in
    /// a second.
    /// </summary>
    private const int MostGrids = 60;

    private const long MostGridBytes = 6 << 20;

    private static readonly Lazy<string> Template = new(ReadTemplate);

    /// <summary>Writes the report of a run's folder from what lies in it, replacing an earlier one.</summary>
    /// <param name="folder">The run's folder; it may be trained at this moment.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="message">Why it stands there, such as what diverged; null for nothing to say.</param>
    /// <exception cref="InvalidInputException">The folder holds no run.</exception>
    /// <exception cref="IOException">The report can't be written.</exception>
    public static void Write(string folder, RunState state, string? message = null)
    {
        byte[] html = Encoding.UTF8.GetBytes(Render(folder, state, message));
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(html));
    }

    internal static string Render(string folder, RunState state, string? message)
    {
        RunSettings settings = RunFolder.ReadSettings(folder);
        IReadOnlyList<TrainingReport> reports = RunFolder.ReadReports(folder);
        long step = Math.Max(reports.Count > 0 ? reports[^1].Step : 0, settings.Sessions.Count > 0
            ? settings.Sessions[^1].FromStep : 0);
        IReadOnlyList<SampleGrid> all = SampleGrids.Of(folder, step),
            grids = SampleGrids.ThinToBytes(all, MostGrids, MostGridBytes);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (name.Length == 0)
            name = folder;
        string data = JsonSerializer.Serialize(
            new Page
            {
                Name = name,
                State = Describe(state),
                Message = message,
                Live = state == RunState.Training,
                Step = step,
                ToStep = settings.Sessions.Count > 0 ? settings.Sessions[^1].ToStep : (long?)null,
                SamplesPerStep = (long)settings.Options.BatchSize * settings.Options.DiscriminatorSteps,
                Device = settings.Sessions.Count > 0 ? settings.Sessions[^1].Device : "unknown",
                Resumed = settings.Sessions.Skip(1).Select(session => session.FromStep),
                Metrics = ReportCurves.Of(ReportCurves.Thin(reports)),
                Quality = Quality(reports, settings),
                Best = Best(reports, settings),
                Health = ReportHealth.Of(reports),
                Classes = Classes(reports),
                Grids = grids.Select(
                    grid => new GridPicture(
                        grid.Step, "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(grid.Path)))),
                GridsLeftOut = all.Count - grids.Count,
                Settings = RunFolder.ReadSettingsText(folder),
                Written = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
                Version = typeof(RunReport).Assembly.GetName().Version?.ToString(3) ?? "unknown",
            },
            RunJson.Pages.Page);
        // A name that looks like a place of the template must not become one.
        string title = WebUtility.HtmlEncode(name).Replace("{", "&#123;", StringComparison.Ordinal);
        return Template.Value.Replace("{{title}}", title, StringComparison.Ordinal)
            .Replace("{{data}}", data, StringComparison.Ordinal);
    }

    private static QualityCurve? Quality(IReadOnlyList<TrainingReport> reports, RunSettings settings)
    {
        List<TrainingReport> measured = [
            .. reports.Where(report => report.Quality is not null
                && (settings.Best is null || report.Quality.Measure == settings.Best))];
        return measured.Count == 0 ? null
            : new QualityCurve(
                measured[^1].Quality!.Measure, measured.Select(report => report.Step),
                measured.Select(report => report.Quality!.Figure));
    }

    private static ReportClasses? Classes(IReadOnlyList<TrainingReport> reports)
    {
        List<TrainingReport> told = [.. reports.Where(report => report.Shares is not null)];
        if (told.Count == 0)
            return null;
        ClassShares latest = told[^1].Shares!;
        return new ReportClasses(
            told[^1].Step, latest.ToString(), [.. Enumerable.Range(0, latest.Shares.Count).Select(latest.NameOf)],
            latest.Shares, latest.Expected, [.. latest.Missing, .. latest.Fading],
            told.Select(report => report.Step), told.Select(report => report.Shares!.ReverseKl));
    }

    private static BestFigure? Best(IReadOnlyList<TrainingReport> reports, RunSettings settings)
    {
        TrainingReport? best = null;
        foreach (TrainingReport report in reports)
        {
            if (settings.Best is { } measure && report.Quality is { } quality && quality.Measure == measure
                && QualityWatch.IsBetter(measure, quality.Figure, best?.Quality?.Figure))
                best = report;
        }

        return best is null ? null : new BestFigure(best.Step, best.Quality!.Figure);
    }

    private static string Describe(RunState state) => state switch
    {
        RunState.Training => "Being trained",
        RunState.Done => "Trained to its end",
        RunState.Stopped => "Stopped, everything saved",
        RunState.Diverged => "Diverged",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The page with its policy: the hashes are those of its one script and its one style.</summary>
    private static string ReadTemplate()
    {
        using Stream stream = typeof(RunReport).Assembly.GetManifestResourceStream("GanGpu.Runs.report.html")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        // Browsers hash line feeds, whatever the file that was compiled in has.
        string html = reader.ReadToEnd().ReplaceLineEndings("\n");
        string policy =
            $"default-src 'none'; script-src '{Hash(html, "<script>", "</script>")}'; style-src " +
            $"'{Hash(html, "<style>", "</style>")}'; img-src data:; base-uri 'none'; form-action 'none'";
        return html.Replace("{{policy}}", policy, StringComparison.Ordinal);
    }

    private static string Hash(string html, string opening, string closing)
    {
        int start = html.IndexOf(opening, StringComparison.Ordinal) + opening.Length,
            end = html.IndexOf(closing, start, StringComparison.Ordinal);
        return "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])));
    }

    /// <summary>What the page's script draws.</summary>
    internal sealed record Page
    {
        public required string Name { get; init; }

        public required string State { get; init; }

        public string? Message { get; init; }

        public bool Live { get; init; }

        public long Step { get; init; }

        public long? ToStep { get; init; }

        public long SamplesPerStep { get; init; }

        public required string Device { get; init; }

        public required IEnumerable<long> Resumed { get; init; }

        public required ReportCurves Metrics { get; init; }

        public QualityCurve? Quality { get; init; }

        public BestFigure? Best { get; init; }

        public required IReadOnlyList<ReportHealth> Health { get; init; }

        public ReportClasses? Classes { get; init; }

        public required IEnumerable<GridPicture> Grids { get; init; }

        public int GridsLeftOut { get; init; }

        public JsonElement Settings { get; init; }

        public required string Written { get; init; }

        public required string Version { get; init; }
    }

    /// <summary>What samples were worth, step by step.</summary>
    internal sealed record QualityCurve(string Measure, IEnumerable<long> Step, IEnumerable<double> Value);

    /// <summary>The classes of the latest samples, and how evenly they were drawn step by step.</summary>
    internal sealed record ReportClasses(
        long At, string Summary, IReadOnlyList<string> Names, IReadOnlyList<double> Shares,
        IReadOnlyList<double> Expected, IReadOnlyList<int> Lacking, IEnumerable<long> Step, IEnumerable<double> Kl);

    /// <summary>The step at which samples were worth most.</summary>
    internal sealed record BestFigure(long Step, double Value);

    /// <summary>A grid of samples with its picture as a data URL.</summary>
    internal sealed record GridPicture(long Step, string Src);
}
