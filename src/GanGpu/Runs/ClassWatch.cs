using System.Globalization;
using GanGpu.Measures;
using GanGpu.Modalities;

namespace GanGpu.Runs;

/// <summary>
/// Watches, while a generator is trained, which classes of its data it draws: by a small classifier, learnt from a part
/// of the data in about a second of a processor. Figures compare within a training; <see cref="Evaluation"/> has a
/// better classifier.
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
internal sealed class ClassWatch : IDisposable
{
    /// <summary>
    /// A classifier that tells fewer of the samples it has not learnt from, 0..1, says nothing of a generator.
    /// </summary>
    public const double LeastAccuracy = 0.9;

    private const int FewestLabelled = 200, FewestSamples = 500, SamplesOfAClass = 50, MostLearnt = 20_000,
        MostBytes = 16 << 20;

    private const ulong Seed = 1;

    private readonly Device device;
    private readonly DataSet data;
    private SampleClassifier? classifier;
    private bool tells = true;

    /// <param name="device">Where it is measured; stays the caller's.</param>
    /// <param name="data">What is trained on, see <see cref="Fits"/>.</param>
    /// <exception cref="InvalidInputException">It has no classes that could be told.</exception>
    public ClassWatch(Device device, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!Fits(data))
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"'{data.Name}' has no classes to watch: it takes {FewestLabelled} samples with labels of two " +
                    $"classes or more."));
        this.device = device;
        this.data = data;
    }

    /// <summary>Whether data are samples whose two classes or more can be learnt, and enough of them.</summary>
    /// <param name="data">The data.</param>
    public static bool Fits(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count >= FewestLabelled && data.Classes > 1 && Modality.Of(data.Format).Classified(data) == data;
    }

    /// <summary>
    /// Draws samples, always of the same latent vectors, and classifies them. The first time it learns the classifier.
    /// </summary>
    /// <param name="generator">What is watched.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <returns>Null if no classifier could be learnt that tells the data's classes.</returns>
    public ClassShares? Of(Generator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        classifier ??= Learn(cancellationToken);
        if (!tells)
            return null;
        int count = Math.Clamp(SamplesOfAClass * classifier.Classes, FewestSamples, QualityWatch.Samples);
        return classifier.SharesOf(generator.Sample(count, Seed, cancellationToken), data, generator.Classes > 0,
            cancellationToken);
    }

    /// <summary>Frees the classifier.</summary>
    public void Dispose() => classifier?.Dispose();

    private SampleClassifier Learn(CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, data.Count)];
        // Data often come class by class, or with the classes in turn.
        new Random(0).Shuffle(order);
        int count = Math.Min(data.Count, Math.Clamp(MostBytes / data.SampleSize, FewestLabelled, MostLearnt)),
            held = count / 10;
        SampleClassifier learnt = SampleClassifier.Train(
            device, Part(order.AsSpan(held, count - held)),
            new() { Hidden = new HiddenUnits(128, 64), Epochs = 3, BatchSize = 64, LearningRate = 2e-3 }, cancellation);
        tells = learnt.Accuracy(Part(order.AsSpan(0, held)), cancellation) >= LeastAccuracy;
        return learnt;
    }

    private DataSet Part(ReadOnlySpan<int> samples)
    {
        int length = data.SampleBytes;
        byte[] bytes = new byte[samples.Length * length], labels = new byte[samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            data.CopyStored(samples[i], bytes.AsSpan(i * length, length));
            labels[i] = data.Labels.Span[samples[i]];
        }

        return DataSet.OfBytes(data.Name, data.Format, bytes, samples.Length, labels);
    }
}
