using GanGpu.Data;
using GanGpu.Devices;

namespace GanGpu.Measures;

/// <summary>All measures that compare two sets of points in one space.</summary>
public sealed record FeatureMeasures
{
    /// <summary>The widest space whose covariances are decomposed: beyond it that takes minutes.</summary>
    private const int MostFrechetDimensions = 2048;

    /// <summary>What the Fréchet distance is called wherever it is not FID.</summary>
    public const string DefaultFrechetName = "Fréchet distance";

    /// <summary>What the space is, such as "own features" or "pixels".</summary>
    public required string Space { get; init; }

    /// <summary>
    /// What the Fréchet distance is called in this space, see <see cref="IFeatureNetwork.FrechetName"/>.
    /// </summary>
    public string FrechetName { get; init; } = DefaultFrechetName;

    /// <summary>Null in spaces of more than 2,048 dimensions.</summary>
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
    public static FeatureMeasures Measure(
        Device device, string space, FeatureSet real, FeatureSet generated, ulong seed = 0,
        CancellationToken cancellationToken = default) => new()
        {
            Space = space,
            Frechet = FeatureSet.SharedDimension(real, generated) <= MostFrechetDimensions
            ? FrechetDistance.Measure(real, generated, cancellationToken) : null,
            Kernel = KernelDistance.Measure(device, real, generated, seed: seed, cancellationToken: cancellationToken),
            PrecisionRecall = PrecisionRecall.Measure(device, real, generated, cancellationToken: cancellationToken),
            DensityCoverage = DensityCoverage.Measure(device, real, generated, cancellationToken: cancellationToken),
            SlicedWasserstein =
            SlicedWasserstein.Measure(device, real, generated, seed: seed, cancellationToken: cancellationToken),
        };

    /// <summary>Measures images in the features of a network.</summary>
    /// <param name="device">Where products are computed.</param>
    /// <param name="network">The network.</param>
    /// <param name="real">Real images, at least six; as many are taken as are generated, or all.</param>
    /// <param name="generated">Generated images, at least six.</param>
    /// <param name="seed">Decides what is drawn.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public static FeatureMeasures Measure(
        Device device, IFeatureNetwork network, DataSet real, SampleBatch generated, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(generated);
        FeatureSet ofReal = network.Features(real, generated.Count, cancellationToken);
        return Measure(
            device, network.Space, ofReal, network.Features(generated, cancellationToken), seed,
            cancellationToken) with
        { FrechetName = network.FrechetName };
    }
}
