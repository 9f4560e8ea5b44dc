using GanGpu.Runs;

namespace GanGpu.Cli.Views;

/// <summary>A run's folder, read.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Settings">What it was started with.</param>
/// <param name="Step">The step of its checkpoint; null before the first.</param>
/// <param name="Reports">Its reports so far.</param>
/// <param name="InTraining">Whether some process trains it now.</param>
internal sealed record RunInfo(string Path, RunSettings Settings, long? Step, IReadOnlyList<TrainingReport> Reports,
    bool InTraining)
{
    /// <summary>The report with the best quality, where that is measured.</summary>
    public TrainingReport? Best
    {
        get
        {
            TrainingReport? best = null;
            foreach (TrainingReport report in Reports)
            {
                if (report.Quality is { } quality
                    && QualityWatch.IsBetter(quality.Measure, quality.Figure, best?.Quality?.Figure))
                    best = report;
            }

            return best;
        }
    }
}
