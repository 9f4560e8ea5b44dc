using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>The classes that a classifier takes samples for.</summary>
public sealed record ClassMeasurement : Measurement
{
    /// <summary>How the samples spread over the classes.</summary>
    public required ClassShares Shares { get; init; }

    /// <summary>
    /// The share of samples that are taken for the class that was asked for, 0..1, as many of each; null if the
    /// generator knows no classes.
    /// </summary>
    public double? Agreement { get; init; }

    /// <summary>The share of held-out samples that the classifier takes for what they are, 0..1; null without
    /// any.</summary>
    public double? ClassifierAccuracy { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "classes";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Remarks =>
        ClassifierAccuracy is { } accuracy ? [SampleClassifier.AccuracyRemark(accuracy)] : [];

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures =>
    [
        new(FormattableString.Invariant($"classes covered of {Shares.Classes}"), true, Shares.Covered, "F0",
            Shares.Samples),
        new("reverse KL of classes, nats", false, Shares.ReverseKl, "F4", Shares.Samples),
        new("clear samples, %", true, 100 * Shares.Clear, "F1", Shares.Samples),
        .. Agreement is { } agreement
            ? [new Figure("of the class asked for, %", true, 100 * agreement, "F1", Shares.Samples)]
            : Array.Empty<Figure>(),
    ];

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Figures);
}

/// <summary>The measure of how samples spread over the classes of their data.</summary>
internal sealed class ClassMeasure : IMeasure
{
    /// <inheritdoc/>
    public BestBy Best { get; } = new(
        "classes", "reverse KL of the classes of samples", false, samples => Shares(samples).ReverseKl,
        of => of.Kind == SpaceKind.Classifier ? null
            : $"'{of.Data.Name}' has no classes to learn, so those of samples can't be measured; take fd or sw.");

    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples)
    {
        if (samples.Against.Kind != SpaceKind.Classifier)
            return null;
        byte[] classes = samples.Classified.Classes;
        int asked = samples.ClassesAsked;
        return new ClassMeasurement
        {
            Shares = Shares(samples),
            Agreement = asked == 0 ? null
                : classes.Where((told, sample) => told == sample % asked).Count() / (double)classes.Length,
            ClassifierAccuracy = samples.Against.ClassifierAccuracy(samples.Cancellation),
        };
    }

    private static ClassShares Shares(MeasuredSamples samples)
    {
        (_, byte[] classes, float[] confidence) = samples.Classified;
        return samples.Against.Classifier(samples.Cancellation).SharesOf(
            classes, confidence, samples.Against.Data, samples.ClassesAsked > 0);
    }
}
