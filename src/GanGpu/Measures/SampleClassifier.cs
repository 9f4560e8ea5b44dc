using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using GanGpu.Backends;
using GanGpu.Checkpoints;
using GanGpu.Data;
using GanGpu.Networks;
using GanGpu.Training;

namespace GanGpu.Measures;

/// <summary>
/// A small classifier that GanGpu trains itself on a labelled data set, and whose last hidden layer is the space in
/// which generators of such images are compared. Figures in this space mean something only beside figures of the same
/// classifier, that is of the same data set, options and kind of device; they are no FID, whatever they are called.
/// </summary>
/// <remarks>
/// Safe for use from several threads, and beside anything else on its device, see <see cref="Device"/>. Dispose at any
/// moment: what is under way ends with <see cref="ObjectDisposedException"/>.
/// </remarks>
internal sealed class SampleClassifier : IFeatureNetwork, IDisposable, IAsyncDisposable
{
    private const string FileFormat = "gangpu-classifier-1";

    private readonly DeviceUse use;
    private readonly BatchedNetwork network;

    private SampleClassifier(Device device, SampleFormat sample, int classes, ClassifierOptions options)
    {
        Format = sample;
        Classes = classes;
        Options = options;
        use = new DeviceUse(device.Backend, this);
        using DeviceTurn turn = device.Backend.Turn(this);
        network = new BatchedNetwork(device.Backend, sample.Length, (parameters, images) =>
        {
            (Tensor features, Tensor logits) = Network(images, parameters);
            return [features, logits];
        });
    }

    /// <summary>The size of an image.</summary>
    public SampleFormat Format { get; }

    /// <summary>Classes: one more than the greatest label.</summary>
    public int Classes { get; }

    /// <summary>How it was trained.</summary>
    public ClassifierOptions Options { get; }

    /// <inheritdoc/>
    public string Space => "own features";

    /// <summary>Numbers of an image's features.</summary>
    public int FeatureCount => network.WidthOf(0);

    /// <summary>
    /// Trains a classifier; on 60,000 digits that takes a processor with two cores some ten to twenty seconds.
    /// </summary>
    /// <param name="device">Where to train and to run; stays the caller's.</param>
    /// <param name="data">Images with labels.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the training between epochs.</param>
    /// <exception cref="InvalidInputException">The data set has no images, no labels or one class only.</exception>
    public static SampleClassifier Train(
        Device device, DataSet data, ClassifierOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new ClassifierOptions();
        options.Validate();
        int classes = ClassesOf(data);
        SampleClassifier classifier = new(device, data.Format, classes, options);
        try
        {
            float[] weights = ClassifierTraining.Run(
                device, data, classes, (parameters, images, _) => classifier.Network(images, parameters).Logits,
                options, cancellationToken);
            using DeviceTurn turn = classifier.use.Turn();
            classifier.network.Weights.Values.CopyFrom(weights);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The classifier of a data set from a folder, where it is kept under a name that says what it was trained on and
    /// how; one that is not there, or is damaged, is trained and put there.
    /// </summary>
    /// <param name="device">Where to train and to run; stays the caller's.</param>
    /// <param name="data">Images with labels.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="cancellationToken">Ends the training between epochs.</param>
    /// <exception cref="InvalidInputException">The data set has no images, no labels or one class only; the folder
    /// can't be written.</exception>
    public static SampleClassifier TrainOrLoad(
        Device device, DataSet data, string folder, ClassifierOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new ClassifierOptions();
        string key = Key(data, options), path = Path.Combine(folder, $"classifier-{key}.safetensors");
        if (File.Exists(path) && Load(device, data, options, path, key) is { } kept)
            return kept;
        SampleClassifier classifier = Train(device, data, options, cancellationToken);
        try
        {
            Directory.CreateDirectory(folder);
            classifier.Save(path, key);
            return classifier;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            classifier.Dispose();
            throw new InvalidInputException($"The classifier can't be kept in '{folder}': {e.Message}", e);
        }
    }

    /// <summary>
    /// The features of images, the classes that they are taken for, and the probability of each to be of that class and
    /// of no other, 0..1: the classifier knows for each class by itself how probable it is.
    /// </summary>
    /// <param name="data">Images of the classifier's size.</param>
    /// <param name="count">How many, from the first on; all where it is null.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public (FeatureSet Features, byte[] Classes, float[] Confidence) Apply(
        DataSet data, int? count = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        Require(data.Format);
        int taken = Math.Min(count ?? data.Count, data.Count);
        return Apply(taken, data.CopyScaled, cancellationToken);
    }

    /// <summary>
    /// As the other, for a generator's images; they are taken as it makes them, not rounded to bytes.
    /// </summary>
    /// <param name="samples">Images of the classifier's size, in −1..1.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public (FeatureSet Features, byte[] Classes, float[] Confidence) Apply(
        SampleBatch samples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Require(samples.Format);
        return Apply(
            samples.Count, (first, values) =>
            samples.Values.Span.Slice(first * Format.Length, values.Length).CopyTo(values), cancellationToken);
    }

    /// <inheritdoc/>
    public FeatureSet Features(DataSet data, int? count = null, CancellationToken cancellationToken = default) =>
        Apply(data, count, cancellationToken).Features;

    /// <inheritdoc/>
    public FeatureSet Features(SampleBatch samples, CancellationToken cancellationToken = default) =>
        Apply(samples, cancellationToken).Features;

    /// <summary>The share of images that it takes for what they are, 0 to 1.</summary>
    /// <param name="data">Images with labels, not those that it was trained on.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public double Accuracy(DataSet data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels.IsEmpty)
            throw new InvalidInputException($"'{data.Name}' has no labels to hold the classifier against.");
        byte[] classes = Apply(data, cancellationToken: cancellationToken).Classes;
        int right = 0;
        for (int i = 0; i < classes.Length; i++)
            right += classes[i] == data.Labels.Span[i] ? 1 : 0;
        return (double)right / classes.Length;
    }

    /// <summary>Waits for the block that is being classified, and frees the device memory.</summary>
    public void Dispose() => use.End(network.Dispose);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(network.Dispose);

    /// <summary>What tells classifiers apart: the data, and all that they are trained with.</summary>
    internal static string Key(DataSet data, ClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            System.Text.Encoding.UTF8.GetBytes(
                FileFormat + JsonSerializer.Serialize(options, ClassifierJson.Default.ClassifierOptions) + data.Format));
        data.AppendSamples(hash);
        hash.AppendData(data.Labels.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>The one place that decides which network it is.</summary>
    private (Tensor Features, Tensor Logits) Network(Tensor input, Parameters parameters) =>
        ClassifierNetworks.Mlp(Options.Hidden, Classes)(parameters, input);

    /// <summary>How generated images spread over the classes of their data.</summary>
    /// <param name="samples">Generated images of the classifier's size, in −1..1.</param>
    /// <param name="data">What the generator was trained on.</param>
    /// <param name="asked">Whether it was asked for each class as often.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <exception cref="ArgumentException">They have another size.</exception>
    public ClassShares SharesOf(
        SampleBatch samples, DataSet data, bool asked, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(data);
        (_, byte[] classes, float[] confidence) = Apply(samples, cancellationToken);
        return SharesOf(classes, confidence, data, asked);
    }

    /// <summary>The same of samples that <see cref="Apply(SampleBatch, CancellationToken)"/> has told.</summary>
    public ClassShares SharesOf(
        ReadOnlySpan<byte> classes, ReadOnlySpan<float> confidence, DataSet data, bool asked) =>
        ClassShares.Of(classes, confidence, ClassShares.Expecting(data, Classes, asked), data.ClassNames);

    private static SampleClassifier? Load(
        Device device, DataSet data, ClassifierOptions options, string path, string key)
    {
        SampleClassifier classifier = new(device, data.Format, ClassesOf(data), options);
        try
        {
            SafeTensors file = SafeTensors.Read(path);
            float[] values = new float[classifier.network.Weights.Values.Length];
            bool whole = file.Metadata.GetValueOrDefault("format") == FileFormat
                && file.Metadata.GetValueOrDefault("key") == key;
            foreach (Parameter parameter in classifier.network.Weights.Parameters.All)
            {
                whole &= file.TryGet(parameter.Tensor.Name, out Shape shape, out ReadOnlySpan<float> tensor)
                    && shape == parameter.Tensor.Shape;
                if (whole)
                    tensor.CopyTo(values.AsSpan(parameter.Offset));
            }

            if (whole)
            {
                classifier.network.Weights.Values.CopyFrom(values);
                return classifier;
            }
        }
        catch (InvalidInputException)
        {
            // What is damaged can be made again.
        }

        classifier.Dispose();
        return null;
    }

    private void Save(string path, string key)
    {
        SafeTensors file = new();
        file.Metadata["format"] = FileFormat;
        file.Metadata["key"] = key;
        file.Metadata["classes"] = Classes.ToString(CultureInfo.InvariantCulture);
        float[] values = new float[network.Weights.Values.Length];
        network.Weights.Values.CopyTo(values);
        foreach (Parameter parameter in network.Weights.Parameters.All)
            file.Add(
                parameter.Tensor.Name, parameter.Tensor.Shape,
                values.AsSpan(parameter.Offset, parameter.Tensor.Shape.Length).ToArray());
        AtomicFile.Write(path, file.Write);
    }

    private (FeatureSet Features, byte[] Classes, float[] Confidence) Apply(
        int count, BatchedNetwork.Fill fill, CancellationToken cancellation)
    {
        float[][] results = network.Apply(use, count, fill, cancellation);
        byte[] classes = new byte[count];
        float[] confidence = new float[count];
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<float> of = results[1].AsSpan(row * Classes, Classes);
            int best = 0;
            for (int i = 1; i < Classes; i++)
                best = of[i] > of[best] ? i : best;
            classes[row] = (byte)best;
            // The product of the classes' own probabilities, by the logarithm of each: log σ(x) = −log(1 + exp(−x)).
            double log = 0;
            for (int i = 0; i < of.Length; i++)
                log -= Math.Log(1 + Math.Exp(i == best ? -of[i] : of[i]));
            confidence[row] = (float)Math.Exp(log);
        }

        return (new FeatureSet(results[0], count, FeatureCount), classes, confidence);
    }

    private void Require(SampleFormat format)
    {
        if (format != Format)
            throw new ArgumentException($"The classifier is for images of {Format}, not {format}.");
    }

    internal static string AccuracyRemark(double accuracy) => string.Create(CultureInfo.InvariantCulture,
        $"The classifier tells {100 * accuracy:F2} % of the held-out samples right.");

    internal static int ClassesOf(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels.IsEmpty)
            throw new InvalidInputException($"A classifier needs samples with labels, and '{data.Name}' has no labels.");
        byte greatest = 0;
        foreach (byte label in data.Labels.Span)
            greatest = Math.Max(greatest, label);
        return greatest > 0 ? greatest + 1
            : throw new InvalidInputException(
                $"A classifier needs samples of two classes or more; in '{data.Name}' all are of one.");
    }
}
