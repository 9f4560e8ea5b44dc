using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Reports;
using GanGpu.Training;

namespace GanGpu.Cli;

/// <summary>What a run's folder has for people to look at, besides its samples: its report and its curves.</summary>
internal sealed class RunRecords(RunFolder folder, TrainingOptions options)
{
    private readonly RunReportWriter page = new(folder.FolderPath);

    /// <summary>A report has been added to the folder.</summary>
    public void Report(TrainingReport report) => page.Refresh();

    /// <summary>A grid of samples has been added to the folder.</summary>
    public void Grid(long step) => page.Refresh();

    /// <summary>Nothing more will come in this session.</summary>
    /// <param name="state">Why.</param>
    /// <param name="step">Steps trained.</param>
    /// <param name="bestStep">The step whose samples were best; null where that was not measured.</param>
    /// <param name="message">What is to be said of it.</param>
    public void End(RunState state, long step, long? bestStep, string? message = null)
    {
        IReadOnlyList<TrainingReport> reports = folder.ReadReports();
        folder.SaveLossPlot(LossPlot.Draw(reports, options));
        if (QualityPlot.Draw(reports, bestStep) is { } quality)
            AtomicFile.Write(Path.Combine(folder.FolderPath, "quality.png"), stream => stream.Write(quality));
        page.End(state, message);
        RunFilm.Save(folder.FolderPath, step);
    }
}
