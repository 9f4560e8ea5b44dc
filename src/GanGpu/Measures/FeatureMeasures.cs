using System.Globalization;

namespace GanGpu.Measures;

/// <summary>The measures that compare two sets of samples in one space, whatever the samples are.</summary>
internal static class FeatureMeasures
{
    /// <summary>The widest space whose covariances are decomposed: beyond it that takes minutes.</summary>
    private const int MostDimensions = 2048;

    /// <summary>The covariance of so many values fills half a gigabyte.</summary>
    private const int MostWatchedDimensions = 8192;

    /// <summary>See <see cref="FrechetDistance"/>.</summary>
    public static IMeasure Frechet { get; } = new FeatureMeasure(
        samples => FeatureSet.SharedDimension(samples.RealFeatures, samples.Features) > MostDimensions ? null
            : FrechetOf(samples) with { Name = samples.FrechetName },
        new(
            "fd", "Fréchet distance", false, samples => FrechetOf(samples).Distance,
            of => of.Kind == SpaceKind.Classifier || of.Data.SampleSize <= MostWatchedDimensions ? null
                : string.Create(CultureInfo.InvariantCulture,
                    $"Samples of {of.Data.SampleSize} values are too large for fd, which takes at most " +
                    $"{MostWatchedDimensions} where there are no classes to learn features from; take sw.")));

    /// <summary>See <see cref="SlicedWasserstein"/>.</summary>
    public static IMeasure Sliced { get; } = new FeatureMeasure(
        SlicedOf, new("sw", "sliced Wasserstein distance", false, samples => SlicedOf(samples).Distance, _ => null));

    /// <summary>All of them, in the order of a table.</summary>
    public static IReadOnlyList<IMeasure> All { get; } =
    [
        Frechet,
        new FeatureMeasure(samples => KernelDistance.Between(
            samples.Device, samples.RealFeatures, samples.Features, seed: samples.Seed,
            cancellationToken: samples.Cancellation)),
        Sliced,
        new FeatureMeasure(samples => PrecisionRecall.Between(
            samples.Device, samples.RealFeatures, samples.Features, cancellationToken: samples.Cancellation)),
        new FeatureMeasure(samples => DensityCoverage.Between(
            samples.Device, samples.RealFeatures, samples.Features, cancellationToken: samples.Cancellation)),
    ];

    private static FrechetDistance FrechetOf(MeasuredSamples samples) =>
        FrechetDistance.Between(samples.RealFeatures, samples.Features, samples.Cancellation);

    private static SlicedWasserstein SlicedOf(MeasuredSamples samples) => SlicedWasserstein.Between(
        samples.Device, samples.RealFeatures, samples.Features, seed: samples.Seed,
        cancellationToken: samples.Cancellation);

    /// <summary>Any of them: what it measures in the space that samples are compared in, if there is one.</summary>
    private sealed class FeatureMeasure(Func<MeasuredSamples, FeatureMeasurement?> between, BestBy? best = null)
        : IMeasure
    {
        /// <inheritdoc/>
        public BestBy? Best => best;

        /// <inheritdoc/>
        public Measurement? Of(MeasuredSamples samples) =>
            samples.Against.HasSpace && between(samples) is { } found ? found with { Space = samples.Space } : null;
    }
}
