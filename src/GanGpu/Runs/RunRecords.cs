using GanGpu.Data;
using GanGpu.Objectives;

namespace GanGpu.Runs;

/// <summary>
/// What a run's folder has for people to look at, besides its samples: its report, its curves, its film, and what
/// TensorBoard shows.
/// </summary>
internal sealed class RunRecords : IDisposable
{
    private readonly RunFolder folder;
    private readonly TrainingOptions options;
    private readonly IRunPictures? pictures;
    private readonly RunReportWriter page;
    private TensorBoardWriter? board;

    /// <param name="folder">The run's folder; stays the caller's.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="step">Steps trained so far.</param>
    /// <param name="pictures">What draws them; null for none.</param>
    public RunRecords(RunFolder folder, TrainingOptions options, long step, IRunPictures? pictures)
    {
        (this.folder, this.options, this.pictures) = (folder, options, pictures);
        page = new RunReportWriter(folder.FolderPath);
        RollBack(step);
    }

    /// <summary>Training goes on from a step: what was written of later ones counts no more.</summary>
    public void RollBack(long step)
    {
        board?.Dispose();
        board = folder.Settings.TensorBoard == true
            ? TensorBoardWriter.Create(Path.Combine(folder.FolderPath, "tensorboard"), step) : null;
    }

    /// <summary>A report has been added to the folder.</summary>
    public void Report(TrainingReport report)
    {
        board?.AddScalars(report.Step, [.. Figures(report)]);
        page.Refresh();
    }

    /// <summary>Samples have been drawn; their picture is added to the folder, if there is one.</summary>
    public void Samples(long step, Generator generator, SampleBatch samples, DataSet data)
    {
        if (pictures?.Samples(generator, samples, data) is not { } png)
            return;
        folder.SaveSamples(step, png);
        board?.AddImage(step, "samples", File.ReadAllBytes(folder.SamplesPath));
        page.Refresh();
    }

    /// <summary>Nothing more will come in this session.</summary>
    /// <param name="state">Why.</param>
    /// <param name="step">Steps trained.</param>
    /// <param name="bestStep">The step whose samples were best; null where that was not measured.</param>
    /// <param name="message">What is to be said of it.</param>
    public void End(RunState state, long step, long? bestStep, string? message = null)
    {
        IReadOnlyList<TrainingReport> reports = folder.ReadReports();
        if (pictures?.Losses(reports, options) is { } losses)
            folder.SaveLossPlot(losses);
        if (pictures?.Quality(reports, bestStep) is { } quality)
            AtomicFile.Write(Path.Combine(folder.FolderPath, "quality.png"), stream => stream.Write(quality));
        page.End(state, message);
        pictures?.Film(folder.FolderPath, step);
    }

    public void Dispose() => board?.Dispose();

    /// <summary>TensorBoard shows what has a common beginning together.</summary>
    private static string Tag(Metric metric) => metric.Kind switch
    {
        MetricKind.Loss => "loss/",
        MetricKind.Accuracy => "accuracy/",
        _ => "gradient norm/",
    } + metric.Curve;

    private static IEnumerable<(string, float)> Figures(TrainingReport report)
    {
        foreach (ReportedMetric metric in report.Reported)
            yield return (Tag(metric.Metric), (float)metric.Value);
        if (report.Quality is { } quality)
            yield return ("quality/" + quality.Measure, (float)quality.Figure);
        if (report.Shares is { } shares)
        {
            yield return ("classes/reverse KL", (float)shares.ReverseKl);
            yield return ("classes/clear samples", (float)shares.Clear);
        }

        yield return ("speed/steps per second", (float)report.StepsPerSecond);
    }
}
