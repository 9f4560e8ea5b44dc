using System.Globalization;
using System.Text.Json.Serialization;
using GanGpu.Modalities.Images;

namespace GanGpu.Measures;

/// <summary>
/// How likely test images are under a Parzen window around generated ones, as Goodfellow et al. (2014, arXiv:1406.2661,
/// table 1) measure it: p(x) = 1/n Σ N(x; sample, σ² I), pixels in 0..1, σ the one of <see cref="Bandwidths"/> under
/// which validation images are likeliest. Any real number, in nats, greater is better; images that are copied from the
/// training set score well, and so do blurred ones: it says little of how samples look (Theis et al. 2016,
/// arXiv:1511.01844).
/// </summary>
public sealed record ParzenLogLikelihood : FeatureMeasurement
{
    /// <summary>
    /// What Goodfellow's table took: generated images, validation images (the first of the training set's last 10,000),
    /// test images.
    /// </summary>
    public const int DefaultSamples = 10_000, DefaultValidationSamples = 1000, DefaultTestSamples = 10_000;

    // Smaller terms of a sum of exponentials, the greatest of which is 1, are lost to rounding anyway.
    private const double LeastExponent = -50;

    /// <summary>The standard deviations that are tried: ten from 0.1 to 1, evenly spaced in their logarithms.</summary>
    public static IReadOnlyList<double> Bandwidths { get; } =
        [.. Enumerable.Range(0, 10).Select(i => Math.Pow(10, (i / 9.0) - 1))];

    /// <summary>The mean log-likelihood of a test image, in nats.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>Its standard error over the test images.</summary>
    public required double StandardError { get; init; }

    /// <summary>σ.</summary>
    public required double Bandwidth { get; init; }

    /// <summary>Images that σ was chosen on.</summary>
    public required int Validation { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Measure => "parzen";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<Figure> Figures =>
        [Of("Parzen log-likelihood, nats", true, LogLikelihood, "F1", StandardError)];

    /// <summary>Measures samples.</summary>
    /// <param name="device">Where distances are computed.</param>
    /// <param name="generated">Generated images.</param>
    /// <param name="validation">Real images that σ is chosen on, none of them test images.</param>
    /// <param name="test">Real images.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="ArgumentException">The sets have images of different sizes.</exception>
    /// <exception cref="InvalidInputException">The device rounds the factors of products.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ParzenLogLikelihood Between(
        Device device, FeatureSet generated, FeatureSet validation, FeatureSet test,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(test);
        double[][] tried = LogLikelihoods(device, generated, validation, Bandwidths, cancellationToken);
        double bandwidth = Bandwidths[Enumerable.Range(0, tried.Length).MaxBy(i => tried[i].Average())];
        double[] each = LogLikelihoods(device, generated, test, [bandwidth], cancellationToken)[0];
        double mean = each.Average();
        return new ParzenLogLikelihood
        {
            LogLikelihood = mean,
            StandardError = Math.Sqrt(each.Average(value => (value - mean) * (value - mean)) / each.Length),
            Bandwidth = bandwidth,
            Generated = generated.Count,
            Validation = validation.Count,
            Real = test.Count,
        };
    }

    /// <summary>
    /// Such as "225.1 ± 2.0 nats (10000 generated, 10000 real samples; bandwidth 0.215 chosen on 1000)".
    /// </summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{LogLikelihood:F1} ± {StandardError:F1} nats ({Generated} generated, {Real} real samples; bandwidth " +
        $"{Bandwidth:F3} chosen on {Validation})");

    /// <summary>The log-likelihood of each image under each bandwidth.</summary>
    private static double[][] LogLikelihoods(
        Device device, FeatureSet generated, FeatureSet images, IReadOnlyList<double> bandwidths,
        CancellationToken cancellation)
    {
        double[][] result = [.. bandwidths.Select(_ => new double[images.Count])];
        double dimension = generated.Dimension;
        SquaredDistances.ForEachRow(device, images, generated, Visit, cancellation);
        return result;

        void Visit(int row, Span<float> distances, float slack)
        {
            float nearest = float.PositiveInfinity;
            foreach (float distance in distances)
                nearest = Math.Min(nearest, distance);
            for (int i = 0; i < bandwidths.Count; i++)
            {
                double scale = -1 / (2 * bandwidths[i] * bandwidths[i]), sum = 0;
                foreach (float distance in distances)
                {
                    double exponent = scale * ((double)distance - nearest);
                    if (exponent > LeastExponent)
                        sum += Math.Exp(exponent);
                }

                result[i][row] = (scale * nearest) + Math.Log(sum / distances.Length)
                    - (dimension * Math.Log(bandwidths[i] * Math.Sqrt(2 * Math.PI)));
            }
        }
    }
}

/// <summary>See <see cref="ParzenLogLikelihood"/>.</summary>
internal sealed class ParzenMeasure : IMeasure
{
    private const int LastOfMnist = 10_000;

    /// <inheritdoc/>
    public bool Fits(DataSet data) => data.Origin is not StackedFrom;

    /// <summary>
    /// The bandwidth is chosen on training images, as Goodfellow's is, who had not trained on those; if nothing is held
    /// out, on others than those that are measured. Null if there are too few for both.
    /// </summary>
    public Measurement? Of(MeasuredSamples samples)
    {
        (DataSet data, DataSet? heldOut) = (samples.Against.Data, samples.Against.HeldOut);
        if (heldOut is null && data.Count < 2)
            return null;
        int validation = Math.Min(ParzenLogLikelihood.DefaultValidationSamples, heldOut is null
            ? Math.Max(1, data.Count / 10) : data.Count);
        int test = Math.Min(ParzenLogLikelihood.DefaultTestSamples, heldOut?.Count ?? (data.Count - validation));
        // Of MNIST the images from the 50,000th on.
        int first = heldOut is null ? test : Math.Max(0, data.Count - LastOfMnist);
        return ParzenLogLikelihood.Between(
            samples.Device, FeatureSet.Of(samples.Samples),
            FeatureSet.Of(data, first, Math.Min(validation, data.Count - first)),
            FeatureSet.Of(heldOut ?? data, 0, test), samples.Cancellation);
    }
}
