using GanGpu.Measures;
using GanGpu.Modalities;

namespace GanGpu.Runs;

/// <summary>
/// One measure of a generator, taken again and again while it is trained, always on as many samples of the same latent
/// vectors against the same real samples, so that the figures of a training compare.
/// </summary>
internal sealed class QualityWatch : IDisposable
{
    /// <summary>Generated samples of each measurement, and real ones at most.</summary>
    public const int Samples = 2500;

    private const ulong Seed = 1;

    private static readonly IReadOnlyList<BestBy> All =
    [
        .. Modality.All.SelectMany(modality => modality.Measures).Select(measure => measure.Best).OfType<BestBy>()
            .DistinctBy(best => best.Name),
    ];

    private readonly BestBy best;
    private readonly ComparedData against;

    /// <param name="measure">One of <see cref="Measures"/>.</param>
    /// <param name="device">Where it is measured; stays the caller's.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="heldOut">Samples that are not, to compare with; null where there are none.</param>
    /// <param name="classifierFolder">Where the classifier of labelled samples is kept, see
    /// <see cref="SampleClassifier.TrainOrLoad"/>; null for nowhere.</param>
    /// <exception cref="InvalidInputException">There is no such measure, or not of such data: they are too few, or of
    /// one class, or too large.</exception>
    public QualityWatch(string measure, Device device, DataSet data, DataSet? heldOut, string? classifierFolder = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        best = Find(measure) ?? throw new InvalidInputException(
            $"There is no measure '{measure}' to choose the best checkpoint by; the measures are: " +
            $"{string.Join(", ", Measures)}.");
        against = Modality.Of(data.Format).Compare(
            device, data, heldOut, new EvaluationOptions { Seed = Seed, ClassifierFolder = classifierFolder });
        DataSet compared = against.Real;
        if (compared.Format != data.Format)
            throw new InvalidInputException(
                $"'{compared.Name}' has other samples than '{data.Name}': they must be of one size.");
        if (best.Obstacle(against) is { } obstacle)
            throw new InvalidInputException(obstacle);
        if (best.Compares && compared.Count < 2)
            throw new InvalidInputException(
                $"'{compared.Name}' has one sample, and {measure} can be measured of two or more only.");
        if (best.Compares && against.Kind == SpaceKind.Classifier)
            SampleClassifier.ClassesOf(data);
    }

    /// <summary>
    /// The measures: "fd" the Fréchet distance, "sw" the sliced Wasserstein distance, both among the features of a
    /// classifier where samples have labels, else among their values; "hq" the share of samples of high quality of a
    /// mixture, times the share of its modes captured; "classes" the reverse Kullback-Leibler divergence of the classes
    /// of samples, see <see cref="ClassShares"/>.
    /// </summary>
    public static IReadOnlyList<string> Measures { get; } = [.. All.Select(best => best.Name)];

    /// <summary>What they are called, in the same order.</summary>
    public static IReadOnlyList<string> Titles { get; } = [.. All.Select(best => best.Title)];

    /// <summary>What is measured.</summary>
    public string Measure => best.Name;

    /// <summary>
    /// Whether a figure is better than another, which may be null for none; one that is no number is not.
    /// </summary>
    public bool IsBetter(double figure, double? than) => best.IsBetter(figure, than);

    /// <summary>The same for any measure.</summary>
    /// <param name="measure">One of <see cref="Measures"/>; of others less is taken for better.</param>
    /// <param name="figure">A figure.</param>
    /// <param name="than">Another, or null for none.</param>
    public static bool IsBetter(string measure, double figure, double? than) =>
        Find(measure) is { } best ? best.IsBetter(figure, than)
            : !double.IsNaN(figure) && (than is not { } other || figure < other);

    /// <summary>What a measure is called in a plot, and which way is better.</summary>
    /// <param name="measure">One of <see cref="Measures"/>; others are called what they are.</param>
    public static string TitleOf(string measure) => Find(measure) is not { } best ? measure
        : $"{best.Title}, {(best.GreaterIsBetter ? "more" : "less")} is better";

    /// <summary>Draws samples and measures them.</summary>
    /// <param name="generator">What is measured.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public double Of(Generator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return best.Score(new MeasuredSamples(
            against, generator.Sample(Samples, Seed, cancellationToken), generator.Classes, cancellationToken));
    }

    /// <summary>Frees what was learnt of the data.</summary>
    public void Dispose() => against.Dispose();

    private static BestBy? Find(string measure) => All.FirstOrDefault(best => best.Name == measure);
}
