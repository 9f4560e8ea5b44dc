using GanGpu.Devices;

namespace GanGpu.Metrics;

/// <summary>All measures that compare two sets of points in one space.</summary>
public sealed record FeatureMeasures
{
    /// <summary>The widest space whose covariances are decomposed: beyond it that takes minutes.</summary>
    private const int MostFrechetDimensions = 1024;

    /// <summary>What the space is, such as "own features" or "pixels".</summary>
    public required string Space { get; init; }

    /// <summary>Null in spaces of more than 1,024 dimensions.</summary>
    public required FrechetDistance? Frechet { get; init; }

    /// <summary>The kernel distance.</summary>
    public required KernelDistance Kernel { get; init; }

    /// <summary>Precision and recall.</summary>
    public required PrecisionRecall PrecisionRecall { get; init; }

    /// <summary>Density and coverage.</summary>
    public required DensityCoverage DensityCoverage { get; init; }

    /// <summary>The sliced Wasserstein distance.</summary>
    public required SlicedWasserstein SlicedWasserstein { get; init; }

    /// <summary>Measures samples.</summary>
    /// <param name="device">Where products are computed.</param>
    /// <param name="space">What the space is.</param>
    /// <param name="real">Real samples, at least six.</param>
    /// <param name="generated">Generated samples, at least six.</param>
    /// <param name="seed">Decides what is drawn.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public static FeatureMeasures Measure(Device device, string space, FeatureSet real, FeatureSet generated, ulong seed = 0, CancellationToken cancellationToken = default) => new()
    {
        Space = space,
        Frechet = FeatureSet.SharedDimension(real, generated) <= MostFrechetDimensions ? FrechetDistance.Measure(real, generated) : null,
        Kernel = KernelDistance.Measure(device, real, generated, seed: seed, cancellationToken: cancellationToken),
        PrecisionRecall = PrecisionRecall.Measure(device, real, generated, cancellationToken: cancellationToken),
        DensityCoverage = DensityCoverage.Measure(device, real, generated, cancellationToken: cancellationToken),
        SlicedWasserstein = SlicedWasserstein.Measure(device, real, generated, seed: seed, cancellationToken: cancellationToken),
    };
}
