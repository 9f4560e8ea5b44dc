using System.Globalization;
using GanGpu.Measures;
using GanGpu.Modalities;

namespace GanGpu;

/// <summary>
/// What a generator is worth, by the measures that fit its data: the modes of mixtures and of stacked digits; for
/// images the Parzen log-likelihood, and distances, precision and coverage in the features of a network that the caller
/// names, else of a classifier of their own where they have labels, in pixels where they have none; for other vectors
/// the same among the vectors themselves.
/// </summary>
public sealed record Evaluation
{
    private const int DefaultSamples = 10_000;

    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary>
    /// Whether the real samples are others than those that were trained on; where there are none, a generator that
    /// repeats its data scores best.
    /// </summary>
    public required bool HeldOut { get; init; }

    /// <summary>What was found, in the order of a table.</summary>
    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>All numbers of all measurements, in the same order.</summary>
    public IEnumerable<Figure> Figures => Measurements.SelectMany(found => found.Figures);

    /// <summary>What one measure found, such as <see cref="FrechetDistance"/>; null if it does not fit the data.</summary>
    public T? Get<T>()
        where T : Measurement => Measurements.OfType<T>().FirstOrDefault();

    /// <summary>Draws samples and measures them.</summary>
    /// <param name="device">Where the generator is; measures are computed there too.</param>
    /// <param name="generator">What is measured.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="heldOut">Other samples of the kind, see <see cref="DataSource.OpenHeldOut"/>; null where there are
    /// none.</param>
    /// <param name="options">How many samples, and where a classifier is kept.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="InvalidInputException">The generator makes samples of another size, or values that are no
    /// finite numbers; there are too few samples, or more than an array holds; an option is out of its range; the
    /// device rounds the factors of products; or the classifier can't be kept.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device or the generator was disposed, also while it is
    /// measured.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Evaluation Run(
        Device device, Generator generator, DataSet data, DataSet? heldOut, EvaluationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new EvaluationOptions();
        Check(data, heldOut, options);
        SampleFormat format = data.Format;
        if (generator.Format != format)
            throw new InvalidInputException(
                $"The generator makes samples of {generator.Format}, but '{data.Name}' has {format}; evaluate " +
                "with the data set it was trained on.");
        Modality modality = Modality.Of(format);
        IMeasure[] measures = [.. modality.Measures.Where(measure => measure.Fits(data))];
        int count = options.Samples ?? measures.Select(measure => measure.DefaultSamples).Max() ?? DefaultSamples;
        if ((long)count * format.Length > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count} samples of {format} are more than one array can hold; take at most " +
                    $"{Array.MaxLength / format.Length}."));

        using ComparedData against = modality.Compare(device, data, heldOut, options);
        MeasuredSamples samples = new(against, generator.Sample(count, options.Seed, cancellationToken),
            generator.Classes, cancellationToken);
        return new Evaluation
        {
            Data = data.Name,
            HeldOut = heldOut is not null,
            Measurements = [.. measures.Select(measure => measure.Of(samples)).OfType<Measurement>()],
        };
    }

    /// <summary>Refuses data that can't be measured, before anything is drawn or trained.</summary>
    /// <param name="data">What the generator was, or is to be, trained on.</param>
    /// <param name="heldOut">Other samples of the kind; null where there are none.</param>
    /// <param name="options">How it is to be measured.</param>
    /// <exception cref="InvalidInputException">There are too few samples, or none that the options could be for; an
    /// option is out of its range.</exception>
    public static void Check(DataSet data, DataSet? heldOut, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new EvaluationOptions();
        options.Validate();
        if (heldOut is not null && heldOut.Format != data.Format)
            throw new InvalidInputException(
                $"'{heldOut.Name}' has other samples than '{data.Name}': they must be of one size.");
        options.Features?.Check(data);
        Modality modality = Modality.Of(data.Format);
        SpaceKind space = modality.Space(data);
        if (modality.Classified(data) is { } classified && (options.Features is null || space == SpaceKind.None))
            SampleClassifier.ClassesOf(classified);
        DataSet real = heldOut ?? data;
        if (real.Count < EvaluationOptions.FewestSamples && (options.Features is not null || space != SpaceKind.None))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"'{real.Name}' has {real.Count} to compare with, and an evaluation needs at least " +
                $"{EvaluationOptions.FewestSamples}: the Parzen log-likelihood and distances are possible of 2 " +
                $"samples, precision and recall of {PrecisionRecall.DefaultNeighbours + 1}, density and coverage of " +
                $"{DensityCoverage.DefaultNeighbours + 1}."));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Figures);
}
