using System.Text;
using GanGpu.Kernels;
using GanGpu.Objectives;
using GanGpu.Training;

namespace GanGpu;

/// <summary>What happened over the latest steps.</summary>
/// <param name="Step">Steps trained so far, those before a resumption included.</param>
/// <param name="Epoch">Passes over the data set so far.</param>
/// <param name="Metrics">Losses and accuracies as means over the latest steps, by name, as metrics.jsonl has them. Of a
/// GAN "d_loss", "g_loss", "d_real_accuracy", "d_fake_accuracy" and, if the training has them, "d_penalty",
/// "d_class_loss", "d_real_class_accuracy", "d_fake_class_accuracy"; of a variational autoencoder "loss",
/// "reconstruction", "kl". Gradient norms that were measured are "d_grad_norm", "g_grad_norm", "e_grad_norm".</param>
/// <param name="StepsPerSecond">Steps (one update of the generator each) per second.</param>
/// <param name="Elapsed">Time since this training began.</param>
/// <param name="Remaining">Time left at the mean pace so far.</param>
public sealed record TrainingReport(
    long Step,
    double Epoch,
    IReadOnlyDictionary<string, float> Metrics,
    double StepsPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>
    /// The discriminator's objective, see <see cref="AdversarialLossKind"/>; of the default, in nats, 2 ln 2 = 1.386 when
    /// it can only guess. NaN if there is no discriminator, as for all that follows.
    /// </summary>
    public float DiscriminatorLoss => Of(Metric.DiscriminatorLoss) ?? float.NaN;

    /// <summary>
    /// The generator's objective; of the default, in nats, ln 2 = 0.693 (minimax: −0.693) when the discriminator can only
    /// guess.
    /// </summary>
    public float GeneratorLoss => Of(Metric.GeneratorLoss) ?? float.NaN;

    /// <summary>
    /// Share of real samples that the discriminator takes for real, 0..1: a logit above 0, or ½ with least squares; in
    /// relativistic pairing the share of pairs whose real sample has the greater logit.
    /// </summary>
    public float RealAccuracy => Of(Metric.RealAccuracy) ?? float.NaN;

    /// <summary>
    /// Share of generated samples that it takes for generated, 0..1; in relativistic pairing the same as the other.
    /// </summary>
    public float FakeAccuracy => Of(Metric.FakeAccuracy) ?? float.NaN;

    /// <summary>
    /// The penalty on the discriminator's gradient, beside its loss, as a mean over the updates that had one; null if
    /// the training has none.
    /// </summary>
    public float? Penalty => Of(Metric.Penalty);

    /// <summary>
    /// The discriminator's cross-entropy of the classes of real samples in nats, ln classes when it can only guess; 0
    /// for batches without a labelled one. Null if it has not to tell classes, as for both that follow.
    /// </summary>
    public float? ClassLoss => Of(Metric.ClassLoss);

    /// <summary>Share of labelled real samples whose class it tells right, 0..1.</summary>
    public float? RealClassAccuracy => Of(Metric.RealClassAccuracy);

    /// <summary>
    /// Share of generated samples that it takes for the class that was asked for, 0..1; null where none is, too.
    /// </summary>
    public float? FakeClassAccuracy => Of(Metric.FakeClassAccuracy);

    /// <summary>What the training suffers from, where a <c>TrainingRun</c> watches it; else null.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The step that the training went back from, in the first report after it did; null otherwise.</summary>
    public long? RolledBackFrom { get; init; }

    /// <summary>What the generator is worth by now; null where it was not measured.</summary>
    public QualityReport? Quality { get; init; }

    /// <summary>The classes of its samples; null where they were not told.</summary>
    public ClassShares? Shares { get; init; }

    /// <summary>The same with further metrics, such as <see cref="GanTrainer.MeasureGradientNorms"/> gives.</summary>
    /// <param name="metrics">By name; a metric that is there already is replaced.</param>
    public TrainingReport With(IReadOnlyDictionary<string, float> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return this with { Metrics = new TrainingMetrics(Metrics, metrics) };
    }

    /// <summary>The metrics with what each is called.</summary>
    internal IEnumerable<ReportedMetric> Reported => Metric.All.Where(metric => Metrics.ContainsKey(metric.Name))
        .Select(metric => new ReportedMetric(metric, Metrics[metric.Name]));

    /// <summary>A metric's value; null if it was not measured.</summary>
    internal float? Of(Metric metric) => Metrics.TryGetValue(metric.Name, out float value) ? value : null;

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        StringBuilder line = new();
        Add($"step {Step}, epoch {Epoch:F2}");
        string before = ": ";
        foreach (ReportedMetric metric in Reported.Where(metric => metric.Metric.Kind != MetricKind.GradientNorm))
        {
            line.Append(before);
            before = ", ";
            if (metric.Metric.Kind == MetricKind.Accuracy)
                Add($"{metric.Metric.Label} {metric.Value:P1}");
            else
                Add($"{metric.Metric.Label} {metric.Value:F4}");
        }

        if (Quality is { } quality)
            Add($", {quality.Measure} {quality.Figure:G4}");
        if (StepsPerSecond >= 1)
            Add($", {StepsPerSecond:F0} steps/s");
        else
            Add($", {1 / StepsPerSecond:G3} s/step");
        Add($", {Remaining:hh\\:mm\\:ss} left");
        return line.ToString();

        void Add(FormattableString part) => line.Append(FormattableString.Invariant(part));
    }
}

/// <summary>What a generator is worth at a step.</summary>
/// <param name="Measure">What was measured, see <c>RunOptions.Best</c>.</param>
/// <param name="Figure">The figure.</param>
public sealed record QualityReport(string Measure, double Figure)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(QualityReport), PrintMembers);
}
