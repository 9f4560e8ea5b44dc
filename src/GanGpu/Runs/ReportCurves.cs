using GanGpu.Training;

namespace GanGpu.Runs;

/// <summary>A run's figures as the columns of its report.</summary>
internal sealed record ReportCurves
{
    public required IEnumerable<long> Step { get; init; }

    public required IEnumerable<double> Epoch { get; init; }

    public required IEnumerable<double> Elapsed { get; init; }

    public required IEnumerable<double> Rate { get; init; }

    public required IEnumerable<float> D { get; init; }

    public required IEnumerable<float> G { get; init; }

    public required IEnumerable<float> Real { get; init; }

    public required IEnumerable<float> Fake { get; init; }

    public IEnumerable<float?>? Penalty { get; init; }

    public IEnumerable<float?>? ClassLoss { get; init; }

    public IEnumerable<float?>? ClassReal { get; init; }

    public IEnumerable<float?>? ClassFake { get; init; }

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

    /// <summary>Columns of one length; those that no report has are null.</summary>
    public static ReportCurves Of(IReadOnlyList<TrainingReport> reports) => new()
    {
        Step = reports.Select(report => report.Step),
        Epoch = reports.Select(report => report.Epoch),
        Elapsed = reports.Select(report => report.Elapsed.TotalSeconds),
        Rate = reports.Select(report => report.StepsPerSecond),
        D = reports.Select(report => report.DiscriminatorLoss),
        G = reports.Select(report => report.GeneratorLoss),
        Real = reports.Select(report => report.RealAccuracy),
        Fake = reports.Select(report => report.FakeAccuracy),
        Penalty = Column(reports, report => report.Penalty),
        ClassLoss = Column(reports, report => report.Classes?.Loss),
        ClassReal = Column(reports, report => report.Classes?.RealAccuracy),
        ClassFake = Column(reports, report => report.Classes?.FakeAccuracy),
    };

    private static IEnumerable<float?>? Column(
        IReadOnlyList<TrainingReport> reports, Func<TrainingReport, float?> figure) =>
        reports.Any(report => figure(report) is not null) ? reports.Select(figure) : null;

    private static float Size(TrainingReport report)
    {
        float size = Math.Abs(report.DiscriminatorLoss) + Math.Abs(report.GeneratorLoss);
        return float.IsNaN(size) ? float.PositiveInfinity : size;
    }
}
