using GanGpu.Objectives;

namespace GanGpu.Runs;

/// <summary>
/// Watches a training's reports and samples, and says what it suffers from. It looks at the latest
/// <see cref="Window"/> reports together: one bad report is no illness.
/// </summary>
internal sealed class HealthMonitor
{
    /// <summary>
    /// Reports that are looked at together; before there are so many, only numbers that are none are noticed.
    /// </summary>
    public const int Window = 20;

    /// <summary>
    /// Share of samples that a discriminator which is too strong is right on, of real and of generated ones.
    /// </summary>
    public const double StrongAccuracy = 0.99;

    /// <summary>Diversity, relative to that of the data, below which a generator has collapsed.</summary>
    public const double CollapsedDiversity = 0.25;

    /// <summary>Spread of a loss over the window, relative to its size, below which it stands still.</summary>
    public const double StillSpread = 1e-5;

    private const int VarianceSamples = 1000;

    private readonly Queue<TrainingReport> latest = new();

    /// <summary>
    /// The diversity of the latest samples relative to the data's: 0 where all are alike, about 1 where they are as
    /// different as the data; null before any were drawn.
    /// </summary>
    public double? Diversity { get; private set; }

    /// <summary>The classes of the latest samples; null before any were told.</summary>
    public ClassShares? Classes { get; private set; }

    /// <summary>What it says now.</summary>
    public Diagnosis Diagnosis { get; private set; } = Diagnosis.Healthy;

    /// <summary>Takes note of a report.</summary>
    /// <param name="report">The report.</param>
    /// <returns>What it says now.</returns>
    public Diagnosis Observe(TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        latest.Enqueue(report);
        if (latest.Count > Window)
            latest.Dequeue();
        return Diagnosis = Judge();
    }

    /// <summary>Takes note of samples that were drawn.</summary>
    /// <param name="samples">At least 2.</param>
    /// <param name="dataVariance">The data's <see cref="Variance(DataSet)"/>, above 0.</param>
    /// <returns>What it says now.</returns>
    public Diagnosis Observe(SampleBatch samples, double dataVariance)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dataVariance);
        Diversity = Variance(samples.Values.Span, samples.Count) / dataVariance;
        return Diagnosis = Judge();
    }

    /// <summary>Takes note of the classes of samples that were drawn.</summary>
    /// <param name="classes">The classes.</param>
    /// <returns>What it says now.</returns>
    public Diagnosis Observe(ClassShares classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        Classes = classes;
        return Diagnosis = Judge();
    }

    /// <summary>
    /// The sum over all values of a sample of their variance among samples: half the mean squared distance of two of
    /// them.
    /// </summary>
    /// <param name="values">Samples, one after the other.</param>
    /// <param name="count">How many, at least 2.</param>
    public static double Variance(ReadOnlySpan<float> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        int length = values.Length / count;
        double[] sums = new double[length], squares = new double[length];
        for (int i = 0; i < count * length; i++)
        {
            sums[i % length] += values[i];
            squares[i % length] += (double)values[i] * values[i];
        }

        double total = 0;
        for (int i = 0; i < length; i++)
            total += (squares[i] - (sums[i] * sums[i] / count)) / (count - 1);
        return total;
    }

    /// <summary>
    /// The variance of a data set, by its first samples and in the scale that a generator's samples have.
    /// </summary>
    /// <param name="data">At least 2 samples.</param>
    public static double Variance(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        int count = Math.Min(VarianceSamples, data.Count);
        return Variance(data.Samples(0, count).Values.Span, count);
    }

    private Diagnosis Judge()
    {
        if (latest.Any(report => Losses(report).Any(loss => !float.IsFinite(loss))) || Diversity is double.NaN)
            return Diagnosis.NotANumber;
        if (Diversity < CollapsedDiversity && latest.Count == Window)
            return Diagnosis.ModeCollapse;
        if (latest.Count < Window)
            return Diagnosis.Healthy;
        if (latest.Average(report => report.RealAccuracy) > StrongAccuracy
            && latest.Average(report => report.FakeAccuracy) > StrongAccuracy)
            return Diagnosis.DiscriminatorTooStrong;
        double[][] losses = [.. All(MetricKind.Loss)];
        if (All(MetricKind.GradientNorm).Any(norms => norms.All(norm => norm == 0))
            || (losses.Length > 0 && losses.All(Still)))
            return Diagnosis.Stalled;
        return Classes?.Lack() is null ? Diagnosis.Healthy : Diagnosis.ClassMissing;
    }

    private static IEnumerable<float> Losses(TrainingReport report) => report.Reported
        .Where(metric => metric.Metric.Kind == MetricKind.Loss).Select(metric => (float)metric.Value);

    /// <summary>Of each metric of a kind that all reports have, its values.</summary>
    private IEnumerable<double[]> All(MetricKind kind) => latest.Peek().Reported
        .Where(metric => metric.Metric.Kind == kind)
        .Select(metric => latest.Select(report => report.Of(metric.Metric)).OfType<float>().Select(value => (double)value)
            .ToArray())
        .Where(values => values.Length == latest.Count);

    private static bool Still(double[] values) =>
        values.Max() - values.Min() <= StillSpread * Math.Max(1e-3, values.Max(Math.Abs));
}
