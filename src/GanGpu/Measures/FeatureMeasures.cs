namespace GanGpu.Measures;

/// <summary>The measures that compare two sets of samples in one space, whatever the samples are.</summary>
internal static class FeatureMeasures
{
    public static IReadOnlyList<IMeasure> All { get; } =
    [
        new FrechetMeasure(), new KernelMeasure(), new SlicedWassersteinMeasure(), new PrecisionRecallMeasure(),
        new DensityCoverageMeasure(),
    ];
}

/// <summary>See <see cref="FrechetDistance"/>.</summary>
internal sealed class FrechetMeasure : IMeasure
{
    /// <summary>The widest space whose covariances are decomposed: beyond it that takes minutes.</summary>
    private const int MostDimensions = 2048;

    /// <summary>The covariance of so many values fills half a gigabyte.</summary>
    private const int MostWatchedDimensions = 8192;

    /// <inheritdoc/>
    public BestBy Best { get; } = new(
        "fd", "Fréchet distance", false, samples => Between(samples).Distance,
        of => of.Kind != SpaceKind.Classifier && of.Data.SampleSize > MostWatchedDimensions
            ? FormattableString.Invariant(
                $"Samples of {of.Data.SampleSize} values are too large for fd, which takes at most ") +
                FormattableString.Invariant(
                    $"{MostWatchedDimensions} where there are no classes to learn features from; take sw.")
            : null);

    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples) => !samples.Against.HasSpace
        || FeatureSet.SharedDimension(samples.RealFeatures, samples.Features) > MostDimensions ? null
        : Between(samples) with
        {
            Space = samples.Space,
            Name = samples.Against.Network(samples.Cancellation)?.FrechetName ?? IFeatureNetwork.DefaultFrechetName,
        };

    private static FrechetDistance Between(MeasuredSamples samples) =>
        FrechetDistance.Between(samples.RealFeatures, samples.Features, samples.Cancellation);
}

/// <summary>See <see cref="KernelDistance"/>.</summary>
internal sealed class KernelMeasure : IMeasure
{
    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples) => !samples.Against.HasSpace ? null
        : KernelDistance.Between(
            samples.Device, samples.RealFeatures, samples.Features, seed: samples.Seed,
            cancellationToken: samples.Cancellation) with
        { Space = samples.Space };
}

/// <summary>See <see cref="SlicedWasserstein"/>.</summary>
internal sealed class SlicedWassersteinMeasure : IMeasure
{
    /// <inheritdoc/>
    public BestBy Best { get; } = new(
        "sw", "sliced Wasserstein distance", false, samples => Between(samples).Distance, _ => null);

    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples) => !samples.Against.HasSpace ? null
        : Between(samples) with { Space = samples.Space };

    private static SlicedWasserstein Between(MeasuredSamples samples) => SlicedWasserstein.Between(
        samples.Device, samples.RealFeatures, samples.Features, seed: samples.Seed,
        cancellationToken: samples.Cancellation);
}

/// <summary>See <see cref="PrecisionRecall"/>.</summary>
internal sealed class PrecisionRecallMeasure : IMeasure
{
    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples) => !samples.Against.HasSpace ? null
        : PrecisionRecall.Between(
            samples.Device, samples.RealFeatures, samples.Features, cancellationToken: samples.Cancellation) with
        { Space = samples.Space };
}

/// <summary>See <see cref="DensityCoverage"/>.</summary>
internal sealed class DensityCoverageMeasure : IMeasure
{
    /// <inheritdoc/>
    public Measurement? Of(MeasuredSamples samples) => !samples.Against.HasSpace ? null
        : DensityCoverage.Between(
            samples.Device, samples.RealFeatures, samples.Features, cancellationToken: samples.Cancellation) with
        { Space = samples.Space };
}
