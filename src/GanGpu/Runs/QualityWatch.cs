using System.Globalization;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Measures;
using GanGpu.Training;

namespace GanGpu.Runs;

/// <summary>
/// One measure of a generator, taken again and again while it is trained, always on as many samples of the same latent
/// vectors against the same real samples, so that the figures of a training compare.
/// </summary>
public sealed class QualityWatch : IDisposable
{
    /// <summary>Generated samples of each measurement, and real ones at most.</summary>
    public const int Samples = 2500;

    /// <summary>The covariance of so many values fills half a gigabyte.</summary>
    private const int MostFrechetValues = 8192;

    private const ulong Seed = 1;

    private readonly Device device;
    private readonly DataSet data;
    private readonly DataSet? heldOut;
    private readonly string? classifierFolder;
    private ImageClassifier? classifier;
    private FeatureSet? real;

    /// <param name="measure">One of <see cref="Measures"/>.</param>
    /// <param name="device">Where it is measured; stays the caller's.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="heldOut">Samples that are not, to compare with; null where there are none.</param>
    /// <param name="classifierFolder">Where the classifier of labelled images is kept, see
    /// <see cref="ImageClassifier.TrainOrLoad"/>; null for nowhere.</param>
    /// <exception cref="InvalidInputException">There is no such measure, or not of such data: they are too few, or of
    /// one class, or too large.</exception>
    public QualityWatch(string measure, Device device, DataSet data, DataSet? heldOut, string? classifierFolder = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        if (!Measures.Contains(measure))
            throw new InvalidInputException(
                $"There is no measure '{measure}' to choose the best checkpoint by; the measures are: " +
                $"{string.Join(", ", Measures)}.");
        if (measure == "hq" && data.Mixture is null)
            throw new InvalidInputException(
                $"'{data.Name}' has no modes that samples could be near, so hq can't be measured; take fd or sw.");
        if (measure == "classes" && !IsClassified(data))
            throw new InvalidInputException(
                $"'{data.Name}' has no images with labels, so its classes can't be measured; take fd or sw.");
        DataSet compared = heldOut ?? data;
        if (measure != "hq" && compared.Count < 2)
            throw new InvalidInputException(
                $"'{compared.Name}' has one sample, and {measure} can be measured of two or more only.");
        if (compared.Format != data.Format)
            throw new InvalidInputException(
                $"'{compared.Name}' has other samples than '{data.Name}': they must be of one size.");
        if (measure != "hq" && IsClassified(data))
            ImageClassifier.ClassesOf(data);
        else if (measure == "fd" && data.SampleSize > MostFrechetValues)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"Samples of {data.SampleSize} values are too large for fd, which takes at most " +
                    $"{MostFrechetValues} where there are no classes to learn features from; take sw."));
        Measure = measure;
        this.device = device;
        this.data = data;
        this.heldOut = heldOut;
        this.classifierFolder = classifierFolder;
    }

    /// <summary>
    /// The measures: "fd" the Fréchet distance, "sw" the sliced Wasserstein distance, both among the features of a
    /// classifier where images have labels, else among pixels or coordinates; "hq" the share of samples of high quality
    /// of a mixture, times the share of its modes captured; "classes" the reverse Kullback-Leibler divergence of the
    /// classes of samples, see <see cref="ClassShares"/>.
    /// </summary>
    public static IReadOnlyList<string> Measures => ["fd", "sw", "hq", "classes"];

    /// <summary>What is measured.</summary>
    public string Measure { get; }

    /// <summary>
    /// Whether a figure is better than another, which may be null for none; one that is no number is not.
    /// </summary>
    public bool IsBetter(double figure, double? than) => IsBetter(Measure, figure, than);

    /// <summary>The same for any measure.</summary>
    /// <param name="measure">One of <see cref="Measures"/>.</param>
    /// <param name="figure">A figure.</param>
    /// <param name="than">Another, or null for none.</param>
    public static bool IsBetter(string measure, double figure, double? than) =>
        !double.IsNaN(figure) && (than is not { } other || (measure == "hq" ? figure > other : figure < other));

    /// <summary>Draws samples and measures them.</summary>
    /// <param name="generator">What is measured.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public double Of(Generator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        SampleBatch samples = generator.Sample(Samples, Seed, cancellationToken);
        if (Measure == "hq")
        {
            MixtureQuality quality = MixtureQuality.Measure(data.Mixture!, samples.Values.Span);
            return quality.HighQuality * quality.ModesCaptured / quality.Modes;
        }

        DataSet compared = heldOut ?? data;
        int count = Math.Min(Samples, compared.Count);
        if (IsClassified(data))
            classifier ??= classifierFolder is null ? ImageClassifier.Train(device, data, null, cancellationToken)
                : ImageClassifier.TrainOrLoad(device, data, classifierFolder, null, cancellationToken);
        if (Measure == "classes")
            return classifier!.SharesOf(samples, data, generator.Classes > 0, cancellationToken).ReverseKl;
        real ??= classifier?.Features(compared, count, cancellationToken) ?? FeatureSet.Of(compared, 0, count);
        FeatureSet generated = classifier?.Features(samples, cancellationToken) ?? FeatureSet.Of(samples);
        return Measure == "fd"
            ? FrechetDistance.Measure(real, generated, cancellationToken).Distance
            : SlicedWasserstein.Measure(
                device, real, generated, seed: Seed, cancellationToken: cancellationToken).Distance;
    }

    private static bool IsClassified(DataSet data) => data.Format.Modality != SampleFormat.Points && !data.Labels.IsEmpty;

    /// <summary>Frees the classifier.</summary>
    public void Dispose() => classifier?.Dispose();
}
