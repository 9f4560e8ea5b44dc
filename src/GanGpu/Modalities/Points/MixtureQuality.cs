using System.Globalization;
using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>
/// What a generator made of a mixture in the plane, as PacGAN's authors measure it (Lin et al. 2018, arXiv:1712.04086;
/// fjxmlzn/PacGAN, MetricLogger), who look at 2,500 samples. A sample belongs to the nearest mode in Mahalanobis
/// distance, which is the nearest one here, where all modes have one deviation; it is of high quality if it lies less
/// than three standard deviations from it. Of samples of the mixture itself 98.9 % are.
/// </summary>
public sealed record MixtureQuality : Measurement
{
    /// <summary>Samples that PacGAN's authors look at.</summary>
    public const int DefaultSamples = 2500;

    private const double FarthestInDeviations = 3;

    /// <summary>Generated samples that were looked at.</summary>
    public required int Samples { get; init; }

    /// <summary>Modes of the mixture.</summary>
    public required int Modes { get; init; }

    /// <summary>Modes with at least one sample of high quality.</summary>
    public required int ModesCaptured { get; init; }

    /// <summary>The share of samples of high quality, 0 to 1.</summary>
    public required double HighQuality { get; init; }

    /// <summary>
    /// The reverse Kullback-Leibler divergence Σ q ln(q · modes), q the shares of the modes among the samples of high
    /// quality: from 0, where all modes are equally frequent, to ln(modes) nats, where there is but one. The authors'
    /// text speaks of all samples, their program counts these. Null where no sample is of high quality.
    /// </summary>
    public required double? ReverseKl { get; init; }

    /// <summary>
    /// The Jensen-Shannon divergence of the same shares from equal ones, 0 to ln 2 nats; null as above.
    /// </summary>
    public required double? JensenShannon { get; init; }

    /// <summary>Samples of high quality of each mode, in the order of the mixture's centres.</summary>
    public required IReadOnlyList<int> SamplesOfMode { get; init; }

    /// <summary>The share of high quality times the share of modes captured, 0..1.</summary>
    [JsonIgnore]
    internal double Score => HighQuality * ModesCaptured / Modes;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "mixture";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures =>
    [
        new(FormattableString.Invariant($"modes captured of {Modes}"), true, ModesCaptured, "F0", Samples),
        new("samples of high quality, %", true, 100 * HighQuality, "F1", Samples),
        new("reverse KL of modes, nats", false, ReverseKl, "F4", Samples),
    ];

    /// <summary>Measures samples.</summary>
    /// <param name="mixture">What they should look like.</param>
    /// <param name="points">x and y of each sample, one after the other; a sample that is no finite number is of no
    /// quality.</param>
    /// <exception cref="ArgumentException">There are no points, or half ones.</exception>
    public static MixtureQuality Against(GaussianMixture mixture, ReadOnlySpan<float> points)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        if (points.IsEmpty || points.Length % 2 != 0)
            throw new ArgumentException(
                $"Points have two coordinates: {points.Length} numbers are none.", nameof(points));
        int modes = mixture.Centers.Count, count = points.Length / 2;
        int[] ofMode = new int[modes];
        double farthest = Math.Pow(FarthestInDeviations * mixture.StandardDeviation, 2);
        for (int i = 0; i < count; i++)
        {
            (int nearest, double smallest) = (0, double.PositiveInfinity);
            for (int mode = 0; mode < modes; mode++)
            {
                double dx = points[2 * i] - mixture.Centers[mode].X, dy = points[(2 * i) + 1] - mixture.Centers[mode].Y,
                    distance = (dx * dx) + (dy * dy);
                if (distance < smallest)
                    (nearest, smallest) = (mode, distance);
            }

            if (smallest < farthest)
                ofMode[nearest]++;
        }

        int good = ofMode.Sum();
        double[] shares = [.. ofMode.Select(of => (double)of / good)], equal = new double[modes];
        Array.Fill(equal, 1.0 / modes);
        double[] middle = [.. shares.Select(q => (q + (1.0 / modes)) / 2)];
        return new MixtureQuality
        {
            Samples = count,
            Modes = modes,
            ModesCaptured = ofMode.Count(of => of > 0),
            HighQuality = (double)good / count,
            ReverseKl = good == 0 ? null : Divergence.FromEqual(shares),
            JensenShannon = good == 0 ? null
                : (Divergence.KullbackLeibler(shares, middle) + Divergence.KullbackLeibler(equal, middle)) / 2,
            SamplesOfMode = ofMode,
        };
    }

    /// <summary>
    /// Such as "8 of 8 modes, 97.5 % of high quality, reverse KL 0.0712 nats (2500 generated samples)".
    /// </summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{ModesCaptured} of {Modes} modes, {100 * HighQuality:F1} % of high quality, reverse KL {ReverseKl:F4} " +
            $"nats ({Samples} generated samples)");
}

/// <summary>See <see cref="MixtureQuality"/>.</summary>
internal sealed class MixtureMeasure : IMeasure
{
    /// <inheritdoc/>
    public int? DefaultSamples => MixtureQuality.DefaultSamples;

    /// <inheritdoc/>
    public BestBy Best { get; } = new(
        "hq", "share of high quality times share of modes", true,
        samples => Of(samples).Score,
        of => of.Data.Origin is GaussianMixture ? null
            : $"'{of.Data.Name}' has no modes that samples could be near, so hq can't be measured; take fd or sw.")
    {
        Compares = false,
    };

    /// <inheritdoc/>
    public bool Fits(DataSet data) => data.Origin is GaussianMixture;

    /// <inheritdoc/>
    Measurement? IMeasure.Of(MeasuredSamples samples) => Of(samples);

    private static MixtureQuality Of(MeasuredSamples samples) =>
        MixtureQuality.Against((GaussianMixture)samples.Against.Data.Origin!, samples.Samples.Values.Span);
}
