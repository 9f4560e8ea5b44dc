using GanGpu.Backends;
using GanGpu.Measures;
using GanGpu.Networks;
using GanGpu.Objectives.Gan;
using GanGpu.Training;

namespace GanGpu;

/// <summary>
/// A discriminator on a device: samples in, scores out. It tells what is odd among samples, chooses among generated
/// ones, and gives features of its layers.
/// </summary>
/// <remarks>
/// Safe for use from several threads, also while its trainer trains: samples are judged in blocks, each in a turn of the
/// device's, see <see cref="Device"/>. Dispose at any moment, from any thread: what is under way ends with
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class Discriminator : IDisposable, IAsyncDisposable
{
    /// <summary>Samples that are judged at a time.</summary>
    private const int BlockSize = 64;

    private readonly Device device;
    private readonly DeviceUse use;
    private readonly GanPreset preset;
    private readonly WeightArena weights;
    private readonly bool ownsWeights;
    private readonly AppliedNetwork applied;
    private readonly Lock gate = new();
    private readonly Tensor samples;
    private readonly Tensor? conditions;

    /// <summary>What judges a block, by what it gives: logits, or a layer's features.</summary>
    private readonly Dictionary<string, (TensorFunction Function, Tensor Output)> blocks = [];

    internal Discriminator(
        Device device, GanPreset preset, SampleFormat sample, WeightArena weights, bool ownsWeights = false)
    {
        this.device = device;
        this.preset = preset;
        this.weights = weights;
        this.ownsWeights = ownsWeights;
        use = new DeviceUse(device.Backend, this);
        applied = new AppliedNetwork(weights, use);
        Format = sample;
        Classes = preset.ClassUse == ClassUse.Condition ? preset.Classes : 0;
        samples = Tensor.Input("samples", BlockSize, sample.Length);
        conditions = Classes > 0 ? Tensor.Input("conditions", BlockSize, Classes) : null;
        FeatureNames = [.. Describe(samples, conditions).Exposed.Keys];
    }

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format { get; }

    /// <summary>Classes that it must be told with each sample; 0 if it is told none.</summary>
    public int Classes { get; }

    /// <summary>The layers whose results <see cref="Features"/> gives, by name, from the first to the last.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The discriminator of a saved training.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save(string)"/> wrote.</param>
    /// <param name="preset">The networks, if they are a program's own; null for those that the file names.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or has no discriminator of
    /// single samples.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static Discriminator Load(Device device, string path, Preset? preset = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Checkpoint checkpoint = Checkpoint.Open(path, preset);
        if (checkpoint.Preset is not GanPreset gan)
            throw new InvalidInputException(
                $"'{path}' is of the preset {checkpoint.Preset.Summary}, which has no discriminator.");
        CheckPacking($"'{path}'", checkpoint.Options);
        Parameters parameters = gan.Describe(checkpoint.Sample, checkpoint.Options)
            .Single(network => network.Name == "discriminator").Parameters;
        using DeviceTurn turn = device.Backend.Turn(device);
        WeightArena weights = new(device.Backend, parameters);
        try
        {
            checkpoint.Get("discriminator", weights);
            return new Discriminator(device, gan, checkpoint.Sample, weights, ownsWeights: true);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Judges samples.</summary>
    /// <param name="samples">Samples of this size, real or generated, see <see cref="SampleBatch.Values"/>.</param>
    /// <param name="classes">If it is told classes (<see cref="Classes"/>), the class of each sample; else empty.</param>
    /// <param name="cancellationToken">Ends it between blocks of 64.</param>
    /// <returns>A logit of each sample: the greater, the more real it looks. σ of it is the probability that it is real,
    /// if the loss is a cross-entropy.</returns>
    /// <exception cref="InvalidInputException">The samples have another size.</exception>
    /// <exception cref="ArgumentException">There is not a class for each sample, or one that is not there.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The discriminator, its trainer or its device was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] Judge(
        SampleBatch samples, ReadOnlySpan<int> classes = default, CancellationToken cancellationToken = default) =>
        Judged(samples, classes, feature: "", cancellationToken).Values;

    /// <summary>What one of the layers makes of samples.</summary>
    /// <param name="samples">Samples of this size, real or generated.</param>
    /// <param name="name">One of <see cref="FeatureNames"/>.</param>
    /// <param name="classes">If it is told classes (<see cref="Classes"/>), the class of each sample; else empty.</param>
    /// <param name="cancellationToken">Ends it between blocks of 64.</param>
    /// <returns>A vector for each sample: of a convolution pixel after pixel, in each its channels.</returns>
    /// <exception cref="InvalidInputException">The samples have another size, there is no layer of that name, or the
    /// layer makes a value that is no finite number.</exception>
    /// <exception cref="ArgumentException">The name is empty, or there is not a class for each sample, or one that is
    /// not there.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The discriminator, its trainer or its device was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureSet Features(
        SampleBatch samples, string name, ReadOnlySpan<int> classes = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!FeatureNames.Contains(name))
            throw new InvalidInputException(
                $"The discriminator has no layer '{Shown.Text(name)}'; it has {string.Join(", ", FeatureNames)}.");
        (float[] values, int width) = Judged(samples, classes, name, cancellationToken);
        return new FeatureSet(values, samples.Count, width);
    }

    /// <summary>Applies the discriminator in a <see cref="TensorFunction"/>; it computes nothing.</summary>
    /// <param name="samples">[rows, values of a sample], see <see cref="SampleBatch.Values"/>.</param>
    /// <param name="conditions">[rows, <see cref="Classes"/>], a 1 in the column of a sample's class; null if it is told
    /// none.</param>
    /// <returns>Logits [rows, 1].</returns>
    /// <exception cref="ArgumentException">A tensor has another shape, or there are no conditions where there must be, or
    /// the other way round.</exception>
    /// <exception cref="ObjectDisposedException">The discriminator, its trainer or its device was disposed.</exception>
    public Tensor Apply(Tensor samples, Tensor? conditions = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Columns != Format.Length)
            throw new ArgumentException($"The discriminator takes samples of {Format.Length} values, not {samples}.");
        AppliedNetwork.CheckConditions("discriminator", samples, conditions, Classes);
        return Describe(samples, conditions).Logits;
    }

    /// <summary>Waits for the block that is being judged, and frees the device memory.</summary>
    public void Dispose() => use.End(Free);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(Free);

    /// <exception cref="InvalidInputException">It judges several samples together.</exception>
    internal static void CheckPacking(string what, TrainingOptions options)
    {
        if (options.Packing > 1)
            throw new InvalidInputException(
                $"The discriminator of {what} judges {options.Packing} samples together, and not single ones.");
    }

    private (Tensor Logits, IReadOnlyDictionary<string, Tensor> Exposed) Describe(Tensor samples, Tensor? conditions) =>
        applied.Apply(parameters => DiscriminatorPass.Read(
            preset.Judge(preset.Discriminator(Format), parameters, samples, conditions), preset.ClassUse,
            preset.Classes).Logits);

    private (float[] Values, int Width) Judged(
        SampleBatch given, ReadOnlySpan<int> classes, string feature, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (given.Format != Format)
            throw new InvalidInputException($"The discriminator takes samples of {Format}, not of {given.Format}.");
        CheckClasses(given.Count, classes);
        (TensorFunction function, Tensor output) = BlockOf(feature);
        int length = Format.Length, width = output.Shape.Length / BlockSize;
        float[] values = new float[checked(given.Count * width)], block = new float[BlockSize * width],
            taken = new float[BlockSize * length], told = new float[BlockSize * Classes];
        for (int first = 0; first < given.Count; first += BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(BlockSize, given.Count - first);
            given.Values.Span.Slice(first * length, rows * length).CopyTo(taken);
            using DeviceTurn turn = use.Turn();
            function.Set(samples, taken);
            if (conditions is not null)
            {
                Array.Clear(told);
                for (int row = 0; row < rows; row++)
                    told[(row * Classes) + classes[first + row]] = 1f;
                function.Set(conditions, told);
            }

            function.Run();
            function.Get(output, block);
            block.AsSpan(0, rows * width).CopyTo(values.AsSpan(first * width));
        }

        return (values, width);
    }

    private void CheckClasses(int count, ReadOnlySpan<int> classes)
    {
        if (Classes == 0 && classes.Length > 0)
            throw new ArgumentException("The discriminator is told no classes.", nameof(classes));
        if (Classes == 0)
            return;
        if (classes.Length != count)
            throw new ArgumentException(
                $"The discriminator is told the class of each sample: {count}, not {classes.Length}.", nameof(classes));
        foreach (int one in classes)
        {
            if (one < 0 || one >= Classes)
                throw new ArgumentException(
                    $"The discriminator knows the classes 0 to {Classes - 1}, not {one}.", nameof(classes));
        }
    }

    private (TensorFunction Function, Tensor Output) BlockOf(string feature)
    {
        // The device's turn before the lock, as everywhere, so that nobody waits for the other's.
        using DeviceTurn turn = use.Turn();
        lock (gate)
        {
            if (blocks.TryGetValue(feature, out (TensorFunction Function, Tensor Output) made))
                return made;
            (Tensor logits, IReadOnlyDictionary<string, Tensor> exposed) = Describe(samples, conditions);
            Tensor output = feature.Length == 0 ? logits : exposed[feature];
            Tensor[] inputs = conditions is null ? [samples] : [samples, conditions];
            return blocks[feature] = (new TensorFunction(device, inputs, [output]), output);
        }
    }

    private void Free()
    {
        foreach ((TensorFunction function, _) in blocks.Values)
            function.Dispose();
        if (ownsWeights)
            weights.Dispose();
    }
}
