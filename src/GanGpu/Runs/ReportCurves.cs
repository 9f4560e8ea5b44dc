using GanGpu.Objectives;

namespace GanGpu.Runs;

/// <summary>A run's figures as the columns of its report.</summary>
internal sealed record ReportCurves
{
    public required IEnumerable<long> Step { get; init; }

    public required IEnumerable<double> Epoch { get; init; }

    public required IEnumerable<double> Elapsed { get; init; }

    public required IEnumerable<double> Rate { get; init; }

    /// <summary>What the networks minimise.</summary>
    public required IEnumerable<ReportCurve> Losses { get; init; }

    /// <summary>How often the discriminator is right; empty if there is none.</summary>
    public required IEnumerable<ReportCurve> Accuracies { get; init; }

    /// <summary>
    /// Pairs of points: more than a screen has pixels are of no use, and a run has any number of reports.
    /// </summary>
    private const int Buckets = 1000;

    /// <summary>
    /// The figures of all reports; where those are many, of the first of each of a thousand spans and of the most
    /// extreme in it, so that peaks stay.
    /// </summary>
    public static IReadOnlyList<TrainingReport> Thin(IReadOnlyList<TrainingReport> reports)
    {
        if (reports.Count <= 2 * Buckets)
            return reports;
        List<TrainingReport> kept = [];
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            int first = (int)((long)bucket * reports.Count / Buckets),
                end = (int)((long)(bucket + 1) * reports.Count / Buckets), extreme = first;
            for (int i = first + 1; i < end; i++)
            {
                if (Size(reports[i]) > Size(reports[extreme]))
                    extreme = i;
            }

            kept.Add(reports[first]);
            if (extreme != first)
                kept.Add(reports[extreme]);
        }

        if (!ReferenceEquals(kept[^1], reports[^1]))
            kept.Add(reports[^1]);
        return kept;
    }

    /// <summary>Columns of one length.</summary>
    public static ReportCurves Of(IReadOnlyList<TrainingReport> reports) => new()
    {
        Step = reports.Select(report => report.Step),
        Epoch = reports.Select(report => report.Epoch),
        Elapsed = reports.Select(report => report.Elapsed.TotalSeconds),
        Rate = reports.Select(report => report.StepsPerSecond),
        Losses = Curves(reports, MetricKind.Loss),
        Accuracies = Curves(reports, MetricKind.Accuracy),
    };

    private static IEnumerable<ReportCurve> Curves(IReadOnlyList<TrainingReport> reports, MetricKind kind) =>
        Metric.All.Where(metric => metric.Kind == kind && reports.Any(report => report.Of(metric) is not null))
            .Select(metric => new ReportCurve(metric.Label, metric.Curve, reports.Select(report => report.Of(metric))));

    private static double Size(TrainingReport report)
    {
        double size = report.Reported.Where(metric => metric.Metric.Kind == MetricKind.Loss)
            .Sum(metric => Math.Abs(metric.Value));
        return double.IsNaN(size) ? double.PositiveInfinity : size;
    }
}

/// <summary>A metric of each report.</summary>
/// <param name="Label">What it is called by itself.</param>
/// <param name="Name">What it is called among others of its kind.</param>
/// <param name="Y">Its values; null where a report has none.</param>
internal sealed record ReportCurve(string Label, string Name, IEnumerable<float?> Y);
