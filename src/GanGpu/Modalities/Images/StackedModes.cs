using System.Text.Json.Serialization;
using GanGpu.Modalities.Images;

namespace GanGpu.Measures;

/// <summary>
/// What a generator of stacked digits makes: each sample is three grey images as red, green and blue, and the classes
/// that a classifier takes them for are its mode, one of classes³: 1,000 for digits. The measure of VEEGAN (Srivastava
/// et al. 2017, arXiv:1705.07761) and PacGAN (Lin et al. 2018, arXiv:1712.04086), who look at 26,000 samples. Real ones
/// score a divergence of about (modes − 1) / (2 · samples) = 0.019, and what the classifier gets wrong on top.
/// </summary>
public sealed record StackedModes : Measurement
{
    /// <summary>Samples that PacGAN's authors look at.</summary>
    public const int DefaultSamples = 26_000;

    private const int Channels = 3;

    /// <summary>Generated samples that were looked at.</summary>
    public required int Samples { get; init; }

    /// <summary>Modes that there are.</summary>
    public required int Modes { get; init; }

    /// <summary>Modes with at least one sample.</summary>
    public required int ModesCaptured { get; init; }

    /// <summary>
    /// The reverse Kullback-Leibler divergence Σ q ln(q · modes), q the shares of the modes among the samples: 0, where
    /// all are equally frequent, to ln(modes) nats.
    /// </summary>
    public required double ReverseKl { get; init; }

    /// <summary>The share of held-out grey images that the classifier takes for what they are, 0..1; null without
    /// any.</summary>
    public double? ClassifierAccuracy { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "stacked";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Remarks =>
        ClassifierAccuracy is { } accuracy ? [SampleClassifier.AccuracyRemark(accuracy)] : [];

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures =>
    [
        new(FormattableString.Invariant($"modes captured of {Modes}"), true, ModesCaptured, "F0", Samples),
        new("reverse KL of modes, nats", false, ReverseKl, "F4", Samples),
    ];

    /// <summary>Measures samples.</summary>
    /// <param name="classifier">Of grey images.</param>
    /// <param name="samples">Images of the classifier's height and width in three channels.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="ArgumentException">They have another size.</exception>
    internal static StackedModes Of(
        SampleClassifier classifier, SampleBatch samples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Format.Channels != Channels || classifier.Format.Channels != 1)
            throw new ArgumentException(
                $"Stacked images have {Channels} channels and a classifier of one, not {samples.Format.Channels} and one of " +
                $"{classifier.Format.Channels}.");
        int[] modes = new int[samples.Count];
        float[] plane = new float[samples.Count * samples.Format.Height * samples.Format.Width];
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<float> values = samples.Values.Span;
            for (int i = 0; i < plane.Length; i++)
                plane[i] = values[(i * Channels) + channel];
            byte[] classes = classifier.Apply(
                new SampleBatch(classifier.Format, samples.Count, plane), cancellationToken).Classes;
            for (int i = 0; i < modes.Length; i++)
                modes[i] = (modes[i] * classifier.Classes) + classes[i];
        }

        int all = classifier.Classes * classifier.Classes * classifier.Classes;
        int[] ofMode = new int[all];
        foreach (int mode in modes)
            ofMode[mode]++;
        return new StackedModes
        {
            Samples = samples.Count,
            Modes = all,
            ModesCaptured = ofMode.Count(of => of > 0),
            ReverseKl = Divergence.FromEqual([.. ofMode.Select(of => (double)of / samples.Count)]),
        };
    }

    /// <summary>Such as "998 of 1000 modes, reverse KL 0.1034 nats (26000 generated samples)".</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{ModesCaptured} of {Modes} modes, reverse KL {ReverseKl:F4} nats ({Samples} generated samples)");
}

/// <summary>See <see cref="StackedModes"/>.</summary>
internal sealed class StackedMeasure : IMeasure
{
    /// <inheritdoc/>
    public int? DefaultSamples => StackedModes.DefaultSamples;

    /// <inheritdoc/>
    public bool Fits(DataSet data) => data.Origin is StackedFrom;

    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples) => StackedModes.Of(
        samples.Against.Classifier(samples.Cancellation), samples.Samples, samples.Cancellation) with
    { ClassifierAccuracy = samples.Against.ClassifierAccuracy(samples.Cancellation) };
}
