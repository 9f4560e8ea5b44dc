namespace GanGpu.Measures;

/// <summary>In what space samples are compared.</summary>
internal enum SpaceKind
{
    /// <summary>In none, unless a network is named.</summary>
    None,

    /// <summary>Among their values as they are.</summary>
    Values,

    /// <summary>In the features of a classifier of their classes.</summary>
    Classifier,
}

/// <summary>
/// The real samples that generated ones are compared with, and what is learnt and computed of them once, however often
/// samples are measured.
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
internal sealed class ComparedData : IDisposable
{
    private SampleClassifier? classifier;
    private FeatureSet? features;

    /// <param name="device">Where measures are computed; stays the caller's.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="heldOut">Samples that are not; null where there are none.</param>
    /// <param name="space">In what space samples are compared if the options name no network.</param>
    /// <param name="valuesName">What the space of the values themselves is called.</param>
    /// <param name="classified">Whose classes the classifier learns; null for no classifier.</param>
    /// <param name="options">The seed, the network, the classifier.</param>
    public ComparedData(
        Device device, DataSet data, DataSet? heldOut, SpaceKind space, string valuesName, DataSet? classified,
        EvaluationOptions options)
    {
        Device = device;
        Data = data;
        HeldOut = heldOut;
        Kind = options.Features is not null ? SpaceKind.None : space;
        ValuesName = valuesName;
        Classified = classified;
        Options = options;
    }

    public Device Device { get; }

    public DataSet Data { get; }

    /// <summary>Samples that are not trained on; null if there are none.</summary>
    public DataSet? HeldOut { get; }

    /// <summary>What generated samples are compared with.</summary>
    public DataSet Real => HeldOut ?? Data;

    /// <summary>In what space samples are compared; none if the options name a network.</summary>
    public SpaceKind Kind { get; }

    /// <summary>What the space of the values themselves is called.</summary>
    public string ValuesName { get; }

    /// <summary>What the classifier learns from; null if there is none.</summary>
    public DataSet? Classified { get; }

    /// <summary>Held-out samples of the kind that the classifier learns from; null if there are none.</summary>
    public DataSet? HeldOutClassified { get; init; }

    public EvaluationOptions Options { get; }

    /// <summary>Whether samples can be compared in a space.</summary>
    public bool HasSpace => Options.Features is not null || Kind != SpaceKind.None;

    /// <summary>The classifier of the data's classes; it is trained or read when it is first asked for.</summary>
    public SampleClassifier Classifier(CancellationToken cancellation) =>
        classifier ??= Options.ClassifierFolder is { } folder
            ? SampleClassifier.TrainOrLoad(Device, Classified!, folder, Options.Classifier, cancellation)
            : SampleClassifier.Train(Device, Classified!, Options.Classifier, cancellation);

    /// <summary>The share of held-out samples that the classifier tells right, 0..1; null without any that have
    /// labels.</summary>
    public double? ClassifierAccuracy(CancellationToken cancellation) =>
        HeldOutClassified is { Labels.IsEmpty: false } held ? Classifier(cancellation).Accuracy(held, cancellation) : null;

    /// <summary>The network in whose features samples are compared; null where it is their values.</summary>
    public IFeatureNetwork? Network(CancellationToken cancellation) =>
        Options.Features ?? (Kind == SpaceKind.Classifier ? Classifier(cancellation) : null);

    /// <summary>The features of the first real samples.</summary>
    /// <param name="count">How many, or all if there are fewer; the same at each call.</param>
    /// <param name="cancellation">Ends it between blocks.</param>
    public FeatureSet Features(int count, CancellationToken cancellation) =>
        features ??= Network(cancellation)?.Features(Real, Math.Min(count, Real.Count), cancellation)
            ?? FeatureSet.Of(Real, 0, Math.Min(count, Real.Count));

    /// <summary>Frees the classifier.</summary>
    public void Dispose() => classifier?.Dispose();
}
