using System.Text;
using GanGpu.Data;
using GanGpu.Kernels;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>What happened over the latest steps; losses and accuracies are means over them.</summary>
/// <param name="Step">Steps trained so far, those before a resumption included.</param>
/// <param name="Epoch">Passes over the data set so far.</param>
/// <param name="DiscriminatorLoss">The discriminator's objective, see <see cref="AdversarialLossKind"/>; of the
/// default, in nats, 2 ln 2 = 1.386 when it can only guess.</param>
/// <param name="GeneratorLoss">The generator's objective; of the default, in nats, ln 2 = 0.693 (minimax: −0.693) when
/// the discriminator can only guess.</param>
/// <param name="RealAccuracy">Share of real samples that the discriminator takes for real, 0..1: a logit above 0, or ½
/// with least squares; in relativistic pairing the share of pairs whose real sample has the greater logit.</param>
/// <param name="FakeAccuracy">Share of generated samples that it takes for generated, 0..1; in relativistic pairing the
/// same as the other.</param>
/// <param name="StepsPerSecond">Steps (one update of each network) per second.</param>
/// <param name="Elapsed">Time since this training began.</param>
/// <param name="Remaining">Time left at the mean pace so far.</param>
public sealed record TrainingReport(
    long Step,
    double Epoch,
    float DiscriminatorLoss,
    float GeneratorLoss,
    float RealAccuracy,
    float FakeAccuracy,
    double StepsPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>
    /// The penalty on the discriminator's gradient, beside its loss, as a mean over the updates that had one; null
    /// where the training has none.
    /// </summary>
    public float? Penalty { get; init; }

    /// <summary>How well the discriminator tells classes; null where it has not to.</summary>
    public ClassReport? Classes { get; init; }

    /// <summary>
    /// The Euclidean norm of all gradients of the discriminator's latest update, before it was limited; null where
    /// nobody measured it.
    /// </summary>
    public float? DiscriminatorGradientNorm { get; init; }

    /// <summary>The same of the generator's.</summary>
    public float? GeneratorGradientNorm { get; init; }

    /// <summary>What the training suffers from, see <c>HealthMonitor</c>; null where nobody looked.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The step that the training went back from, in the first report after it did; null otherwise.</summary>
    public long? RolledBackFrom { get; init; }

    /// <summary>What the generator is worth by now; null where it was not measured.</summary>
    public QualityReport? Quality { get; init; }

    /// <summary>The classes of its samples; null where they were not told.</summary>
    public ClassShares? Shares { get; init; }

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        StringBuilder line = new();
        Add($"step {Step}, epoch {Epoch:F2}: D loss {DiscriminatorLoss:F4}");
        if (Penalty is { } penalty)
            Add($", penalty {penalty:F4}");
        if (Classes is { } classes)
            Add($", classes {classes.Loss:F4}, right {classes.RealAccuracy:P1}");
        Add($", G loss {GeneratorLoss:F4}, D right on real {RealAccuracy:P1}, on fake {FakeAccuracy:P1}");
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
/// <param name="Measure">What was measured, see <c>QualityWatch</c>.</param>
/// <param name="Figure">The figure.</param>
public sealed record QualityReport(string Measure, double Figure)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(QualityReport), PrintMembers);
}

/// <summary>How well a discriminator tells the classes of samples, as means over a report's updates.</summary>
/// <param name="Loss">The cross-entropy of the classes of real samples in nats, ln classes when it can only guess; 0
/// for batches without a labelled one.</param>
/// <param name="RealAccuracy">Share of labelled real samples whose class it tells right, 0..1.</param>
/// <param name="FakeAccuracy">Share of generated samples that it takes for the class that was asked for, 0..1; null
/// where none is.</param>
public sealed record ClassReport(float Loss, float RealAccuracy, float? FakeAccuracy)
{
    /// <summary>From the figures of <see cref="Graph.SoftmaxCrossEntropy"/>.</summary>
    internal static ClassReport Of(ReadOnlySpan<double> figures, bool generated) =>
        new((float)figures[0], (float)figures[2], generated ? (float)figures[3] : null);

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(ClassReport), PrintMembers);
}
