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
    public void End(RunState state, string? message = null)
    {
        folder.SaveLossPlot(LossPlot.Draw(folder.ReadReports(), options));
        page.End(state, message);
    }
}
