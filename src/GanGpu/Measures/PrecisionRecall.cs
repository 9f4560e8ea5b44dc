using System.Globalization;
using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>
/// Improved precision and recall (Kynkäänniemi et al. 2019, arXiv:1904.06991). The manifold of a set is all that lies
/// no farther from one of its samples than that sample's k-th nearest neighbour in the set. Precision is the share of
/// generated samples on the manifold of the real ones, recall the share of real ones on that of the generated; both 0
/// to 1.
/// </summary>
public sealed record PrecisionRecall : FeatureMeasurement
{
    /// <summary>The authors' k.</summary>
    public const int DefaultNeighbours = 3;

    /// <summary>The share of generated samples that could be real.</summary>
    public required double Precision { get; init; }

    /// <summary>The share of real samples that could be generated.</summary>
    public required double Recall { get; init; }

    /// <summary>k.</summary>
    public required int Neighbours { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "precision_recall";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures =>
        [Of("precision", true, Precision, "F3"), Of("recall", true, Recall, "F3")];

    /// <summary>Measures samples; the figures of sets of different size can't be compared.</summary>
    /// <param name="device">Where distances are computed.</param>
    /// <param name="real">Real samples.</param>
    /// <param name="generated">Generated ones; the authors take as many.</param>
    /// <param name="neighbours">k, at least 1.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="ArgumentException">The sets have samples of different sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is less than 1.</exception>
    /// <exception cref="InvalidInputException">A set has no more than k samples, or the device rounds the factors of
    /// products.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PrecisionRecall Between(
        Device device, FeatureSet real, FeatureSet generated, int neighbours = DefaultNeighbours,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        FeatureSet.SharedDimension(real, generated);
        double[] realRadii = NearestNeighbours.SquaredRadii(device, real, neighbours, cancellationToken);
        double[] generatedRadii = NearestNeighbours.SquaredRadii(device, generated, neighbours, cancellationToken);
        bool[] precise = new bool[generated.Count], recalled = new bool[real.Count];
        ExactDistances exact = new(generated, real);
        SquaredDistances.ForEachRow(device, generated, real, Visit, cancellationToken);
        return new PrecisionRecall
        {
            Precision = precise.Count(on => on) / (double)precise.Length,
            Recall = recalled.Count(on => on) / (double)recalled.Length,
            Neighbours = neighbours,
            Real = real.Count,
            Generated = generated.Count,
        };

        // Rows come at the same time, but what several of them may write is true for all.
        void Visit(int row, Span<float> distances, float slack)
        {
            for (int i = 0; i < distances.Length; i++)
            {
                float least = distances[i] - slack;
                bool mayBePrecise = !precise[row] && least <= realRadii[i], mayBeRecalled = least <= generatedRadii[row]
                    && !recalled[i];
                if (!mayBePrecise && !mayBeRecalled)
                    continue;
                // Exact only where rounding could decide.
                double distance = distances[i] + slack,
                    smaller = Math.Min(mayBePrecise ? realRadii[i] : double.PositiveInfinity, mayBeRecalled
                        ? generatedRadii[row] : double.PositiveInfinity);
                if (distance > smaller)
                    distance = exact.Of(row, i);
                precise[row] |= mayBePrecise && distance <= realRadii[i];
                if (mayBeRecalled && distance <= generatedRadii[row])
                    recalled[i] = true;
            }
        }
    }

    /// <summary>Such as "precision 0.812, recall 0.640 (10000 generated, 10000 real samples; k = 3)".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"precision {Precision:F3}, recall {Recall:F3} ({Generated} generated, {Real} real samples; k = " +
            $"{Neighbours})");
}
