namespace GanGpu.Measures;

/// <summary>Samples of a generator beside the real ones, and what several measures need of them, computed once.</summary>
/// <param name="against">The real samples.</param>
/// <param name="samples">The generated ones.</param>
/// <param name="classesAsked">Classes that the generator was asked for in turn; 0 if it knows none.</param>
/// <param name="cancellation">Ends a measure between blocks.</param>
internal sealed class MeasuredSamples(
    ComparedData against, SampleBatch samples, int classesAsked, CancellationToken cancellation)
{
    private (FeatureSet Features, byte[] Classes, float[] Confidence)? classified;
    private FeatureSet? features;

    public ComparedData Against => against;

    public Device Device => against.Device;

    public SampleBatch Samples => samples;

    public int ClassesAsked => classesAsked;

    public ulong Seed => against.Options.Seed;

    public CancellationToken Cancellation => cancellation;

    /// <summary>What the space is called that samples are compared in.</summary>
    public string Space => against.Network(cancellation)?.Space ?? against.ValuesName;

    /// <summary>What a Fréchet distance is called in that space.</summary>
    public string FrechetName => against.Network(cancellation)?.FrechetName ?? IFeatureNetwork.DefaultFrechetName;

    public FeatureSet RealFeatures => against.Features(samples.Count, cancellation);

    public FeatureSet Features => features ??= against.Kind == SpaceKind.Classifier ? Classified.Features
        : against.Network(cancellation)?.Features(samples, cancellation) ?? FeatureSet.Of(samples);

    /// <summary>What the data's classifier says of the samples.</summary>
    public (FeatureSet Features, byte[] Classes, float[] Confidence) Classified =>
        classified ??= against.Classifier(cancellation).Apply(samples, cancellation);
}
