using System.Globalization;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Kernels;
using GanGpu.Training;

namespace GanGpu.Measures;

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

    /// <summary>The modes of a mixture.</summary>
    public MixtureQuality? Mixture { get; init; }

    /// <summary>The modes of stacked digits.</summary>
    public StackedModes? Stacked { get; init; }

    /// <summary>Of images, in pixels.</summary>
    public ParzenLogLikelihood? Parzen { get; init; }

    /// <summary>In the space that fits the data.</summary>
    public FeatureMeasures? Features { get; init; }

    /// <summary>
    /// The share of held-out images that the classifier tells right, where there is one and there are such.
    /// </summary>
    public double? ClassifierAccuracy { get; init; }

    /// <summary>The classes that samples are of, by that classifier.</summary>
    public ClassShares? Classes { get; init; }

    /// <summary>
    /// The share of samples that the classifier takes for the class that was asked for, as many of each; null where the
    /// generator knows no classes.
    /// </summary>
    public double? ClassAgreement { get; init; }

    /// <summary>Draws samples and measures them.</summary>
    /// <param name="device">Where the generator is; measures are computed there too.</param>
    /// <param name="generator">What is measured.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="heldOut">Other samples of the kind, see <see cref="DataSet.OpenHeldOut"/>; null where there are
    /// none.</param>
    /// <param name="options">How many samples, and where a classifier is kept.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="InvalidInputException">The generator makes samples of another size, or there are too few to
    /// measure.</exception>
    public static Evaluation Run(
        Device device, Generator generator, DataSet data, DataSet? heldOut, EvaluationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new EvaluationOptions();
        Check(data, heldOut, options);
        SampleFormat shape = data.Format;
        if (generator.Format != shape)
            throw new InvalidInputException(
                $"The generator makes samples of {generator.Format}, but '{data.Name}' has {shape}; evaluate " +
                "with the data set it was trained on.");
        int count = options.Samples
            ?? (data.Mixture is not null ? MixtureQuality.DefaultSamples : data.StackedFrom is not null
                ? StackedModes.DefaultSamples : DefaultSamples);
        if ((long)count * shape.Length > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count} samples of {shape} are more than one array can hold; take at most " +
                    $"{Array.MaxLength / shape.Length}."));

        SampleBatch samples = generator.Sample(count, options.Seed, cancellationToken);
        DataSet real = heldOut ?? data;
        Evaluation result = new() { Data = data.Name, HeldOut = heldOut is not null };
        if (data.StackedFrom is { } grey)
        {
            return OfStacked(result, device, samples, grey, heldOut?.StackedFrom, options, cancellationToken) with
            {
                Features = options.Features is { } own
                    ? FeatureMeasures.Measure(device, own, real, samples, options.Seed, cancellationToken) : null,
            };
        }

        if (data.Format.Modality == SampleFormat.Points)
        {
            return result with
            {
                Mixture = data.Mixture is { } mixture ? MixtureQuality.Measure(mixture, samples.Values.Span) : null,
                Features = FeatureMeasures.Measure(
                    device, "coordinates", First(real, count), FeatureSet.Of(samples), options.Seed, cancellationToken),
            };
        }

        result = result with { Parzen = OfParzen(device, samples, data, heldOut, cancellationToken) };
        if (options.Features is { } network)
            return result with
            {
                Features = FeatureMeasures.Measure(device, network, real, samples, options.Seed, cancellationToken)
            };
        if (data.Labels.IsEmpty)
            return result with
            {
                Features = FeatureMeasures.Measure(
                    device, "pixels", First(real, count), FeatureSet.Of(samples), options.Seed, cancellationToken)
            };
        using ImageClassifier classifier = Classifier(device, data, options, cancellationToken);
        (FeatureSet features, byte[] classes, float[] confidence) = classifier.Apply(samples, cancellationToken);
        return result with
        {
            Features = FeatureMeasures.Measure(
                device, classifier.Space, classifier.Features(real, count, cancellationToken), features, options.Seed,
                cancellationToken),
            Classes = ClassShares.Of(
                classes, confidence, ClassShares.Expecting(data, classifier.Classes, generator.Classes > 0),
                data.ClassNames),
            ClassifierAccuracy = heldOut is { Labels.IsEmpty: false }
                ? classifier.Accuracy(heldOut, cancellationToken) : null,
            ClassAgreement = generator.Classes > 0
                ? classes.Where((told, sample) => told == sample % generator.Classes).Count() / (double)count : null,
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
        if (heldOut is not null
            && (heldOut.Format.Height, heldOut.Format.Width, heldOut.Format.Channels) != (data.Format.Height, data.Format.Width, data.Format.Channels))
            throw new InvalidInputException(
                $"'{heldOut.Name}' has other samples than '{data.Name}': they must be of one size.");
        if (options.Features is not null && data.Format.Modality == SampleFormat.Points)
            throw new InvalidInputException(
                $"'{data.Name}' has points, no images: they are measured as they are, not in the features of a " +
                "network.");
        bool classified = data.StackedFrom is not null
            || (options.Features is null && data.Format.Modality != SampleFormat.Points && !data.Labels.IsEmpty);
        if (classified)
            ImageClassifier.ClassesOf(data.StackedFrom ?? data);
        DataSet real = heldOut ?? data;
        if (real.Count < EvaluationOptions.FewestSamples && (data.StackedFrom is null || options.Features is not null))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"'{real.Name}' has {real.Count} to compare with, and an evaluation needs at least " +
                $"{EvaluationOptions.FewestSamples}: the Parzen log-likelihood and distances are possible of 2 " +
                $"samples, precision and recall of {PrecisionRecall.DefaultNeighbours + 1}, density and coverage of " +
                $"{DensityCoverage.DefaultNeighbours + 1}."));
        }
    }

    private static Evaluation OfStacked(
        Evaluation result, Device device, SampleBatch samples, DataSet grey, DataSet? heldOut, EvaluationOptions options,
        CancellationToken cancellation)
    {
        using ImageClassifier classifier = Classifier(device, grey, options, cancellation);
        return result with
        {
            Stacked = StackedModes.Measure(classifier, samples, cancellation),
            ClassifierAccuracy = heldOut is { Labels.IsEmpty: false }
                ? classifier.Accuracy(heldOut, cancellation) : null,
        };
    }

    /// <summary>
    /// The bandwidth is chosen on training images, as Goodfellow's is, who had not trained on those; where nothing is
    /// held out, on others than those that are measured. Null where there are too few for both.
    /// </summary>
    private static ParzenLogLikelihood? OfParzen(
        Device device, SampleBatch samples, DataSet data, DataSet? heldOut, CancellationToken cancellation)
    {
        if (heldOut is null && data.Count < 2)
            return null;
        int validation = Math.Min(ParzenLogLikelihood.DefaultValidationSamples, heldOut is null
            ? Math.Max(1, data.Count / 10) : data.Count);
        int test = Math.Min(ParzenLogLikelihood.DefaultTestSamples, heldOut?.Count ?? (data.Count - validation));
        // Of MNIST the images from the 50,000th on.
        int first = heldOut is null ? test : Math.Max(0, data.Count - 10_000);
        return ParzenLogLikelihood.Measure(
            device, FeatureSet.Of(samples), FeatureSet.Of(data, first, Math.Min(validation, data.Count - first)),
            FeatureSet.Of(heldOut ?? data, 0, test), cancellation);
    }

    private static ImageClassifier Classifier(
        Device device, DataSet data, EvaluationOptions options, CancellationToken cancellation) =>
        options.ClassifierFolder is { } folder
        ? ImageClassifier.TrainOrLoad(device, data, folder, options.Classifier, cancellation)
        : ImageClassifier.Train(device, data, options.Classifier, cancellation);

    private static FeatureSet First(DataSet data, int count) => FeatureSet.Of(data, 0, Math.Min(count, data.Count));

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(Evaluation), PrintMembers);
}
