using System.Globalization;
using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>
/// Density and coverage (Naeem et al. 2020, arXiv:2002.09797), which outliers among the samples mislead less than
/// <see cref="PrecisionRecall"/>. A real sample's neighbourhood is all that lies no farther from it than its k-th
/// nearest real neighbour. Density is the number of neighbourhoods that a generated sample lies in, on average, divided
/// by k: 0 and more, 1 where both sets are of one kind. Coverage is the share of neighbourhoods that hold a generated
/// sample: 0 to 1, 1 − 2⁻ᵏ where both sets are of one kind and size.
/// </summary>
public sealed record DensityCoverage : FeatureMeasurement
{
    /// <summary>The authors' k.</summary>
    public const int DefaultNeighbours = 5;

    /// <summary>How close generated samples are to real ones.</summary>
    public required double Density { get; init; }

    /// <summary>The share of real samples that have a generated one near.</summary>
    public required double Coverage { get; init; }

    /// <summary>k.</summary>
    public required int Neighbours { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "density_coverage";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures =>
        [Of("density", true, Density, "F3"), Of("coverage", true, Coverage, "F3")];

    /// <summary>Measures samples; the figures of sets of different size can't be compared.</summary>
    /// <param name="device">Where distances are computed.</param>
    /// <param name="real">Real samples.</param>
    /// <param name="generated">Generated ones; the authors take as many.</param>
    /// <param name="neighbours">k, at least 1.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="ArgumentException">The sets have samples of different sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is less than 1.</exception>
    /// <exception cref="InvalidInputException">There are no more than k real samples, or the device rounds the factors
    /// of products.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DensityCoverage Between(
        Device device, FeatureSet real, FeatureSet generated, int neighbours = DefaultNeighbours,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        FeatureSet.SharedDimension(real, generated);
        double[] radii = NearestNeighbours.SquaredRadii(device, real, neighbours, cancellationToken);
        int[] neighbourhoods = new int[generated.Count];
        bool[] covered = new bool[real.Count];
        ExactDistances exact = new(generated, real);
        SquaredDistances.ForEachRow(device, generated, real, Visit, cancellationToken);
        return new DensityCoverage
        {
            Density = neighbourhoods.Average() / neighbours,
            Coverage = covered.Count(on => on) / (double)covered.Length,
            Neighbours = neighbours,
            Real = real.Count,
            Generated = generated.Count,
        };

        // Rows come at the same time, but what several of them may write is true for all.
        void Visit(int row, Span<float> distances, float slack)
        {
            for (int i = 0; i < distances.Length; i++)
            {
                // Exact only where rounding could decide.
                if (distances[i] - slack > radii[i] || (distances[i] + slack > radii[i] && exact.Of(row, i) > radii[i]))
                    continue;
                neighbourhoods[row]++;
                covered[i] = true;
            }
        }
    }

    /// <summary>Such as "density 0.912, coverage 0.740 (10000 generated, 10000 real samples; k = 5)".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"density {Density:F3}, coverage {Coverage:F3} ({Generated} generated, {Real} real samples; k = " +
            $"{Neighbours})");
}
