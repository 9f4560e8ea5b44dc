using GanGpu.Backends;
using GanGpu.Checkpoints;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>A generator on a device: noise in, samples out.</summary>
/// <remarks>Not safe for use from several threads at once, nor while its trainer trains.</remarks>
public sealed class Generator : IDisposable
{
    /// <summary>
    /// Samples are drawn in blocks of this many, each from a step of the noise of its own: sample i is the same
    /// however many are asked for.
    /// </summary>
    private const int BlockSize = 64;

    private readonly IBackend backend;
    private readonly NoiseDistribution distribution;
    private readonly WeightArena weights;
    private readonly bool ownsWeights;
    private readonly Slice<float> latentPlace, labelPlace;
    private readonly int samplesOffset;
    private readonly DeviceBuffer<float> arena;
    private readonly DeviceBuffer<uint> block;
    private readonly Action[] launches;
    private bool disposed;

    internal Generator(Device device, Preset preset, SampleShape sample, NoiseDistribution distribution, WeightArena weights, bool ownsWeights = false)
    {
        backend = device.Backend;
        SampleShape = sample;
        this.distribution = distribution;
        this.weights = weights;
        this.ownsWeights = ownsWeights;
        Classes = preset.GeneratesClasses ? preset.Classes : 0;
        Drawing drawing = new(preset, sample, weights.Parameters);
        arena = backend.Allocate<float>(drawing.ArenaLength);
        block = backend.Allocate<uint>(1);
        latentPlace = new Slice<float>(arena, drawing.LatentOffset, drawing.Latent.Shape.Length);
        Dictionary<Tensor, Slice<float>> places = new(weights.Places) { [drawing.Latent] = latentPlace };
        if (drawing.Labels is { } labels)
            places.Add(labels, labelPlace = new Slice<float>(arena, drawing.LabelsOffset, labels.Shape.Length));
        samplesOffset = drawing.Plan.Offsets[drawing.Samples];
        launches = drawing.Plan.Bind(backend, arena, places, block.All);
        LatentSize = preset.LatentSize;
    }

    /// <summary>Values in a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>What it was trained to take latent vectors from.</summary>
    public NoiseDistribution LatentDistribution => distribution;

    /// <summary>The size of a sample.</summary>
    public SampleShape SampleShape { get; }

    /// <summary>Classes that it draws samples of; 0 where it knows none.</summary>
    public int Classes { get; }

    /// <summary>Samples that fill a picture: 64; of a generator of some classes full rows, in which a column is a class.</summary>
    public int GridSize => GridColumns is { } columns ? columns * Math.Clamp(100 / columns, 1, 10) : 64;

    /// <summary>As many samples side by side as show every class, several times where they are few; null where they are none, or too many.</summary>
    private int? GridColumns => Classes is 0 or > 32 ? null : Classes * Math.Max(1, 8 / Classes);

    /// <summary>The generator of a saved training.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or is of a program's own preset.</exception>
    public static Generator Load(Device device, string path)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(device, Checkpoint.Open(path));
    }

    /// <summary>The generator of a saved training of a preset that the program has of its own.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save"/> wrote.</param>
    /// <param name="preset">The networks that were trained; all their tensors must be in the file, by name and shape.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or the networks are others.</exception>
    public static Generator Load(Device device, string path, Preset preset)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(preset);
        return Load(device, Checkpoint.Open(path, preset));
    }

    private static Generator Load(Device device, Checkpoint checkpoint)
    {
        // Applying the network once is what makes its parameters known.
        Parameters parameters = new() { Training = false };
        checkpoint.Preset.Draw(checkpoint.Sample, parameters, rows: 1);
        WeightArena weights = new(device.Backend, parameters);
        try
        {
            checkpoint.GetGenerator(weights);
            return new Generator(device, checkpoint.Preset, checkpoint.Sample, checkpoint.Options.Latent, weights, ownsWeights: true);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Draws samples; where the generator knows classes sample i is of class i mod <see cref="Classes"/>.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors; sample i of a seed is the same for every count and device, to rounding.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks.</param>
    public ImageBatch Sample(int count, ulong seed = 0, CancellationToken cancellationToken = default) =>
        Draw(count, Noise(seed), OneOfEach, GridColumns, cancellationToken);

    /// <summary>Draws samples of one class.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors, which are those of <see cref="Sample(int, ulong, CancellationToken)"/>.</param>
    /// <param name="classLabel">The class, 0 to <see cref="Classes"/> − 1.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks.</param>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not this one.</exception>
    public ImageBatch Sample(int count, ulong seed, int classLabel, CancellationToken cancellationToken = default)
    {
        CheckClass(classLabel);
        return Draw(count, Noise(seed), _ => classLabel, columns: null, cancellationToken);
    }

    /// <summary>The latent vectors that <see cref="Sample(int, ulong, CancellationToken)"/> draws from.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides them.</param>
    /// <returns>count × <see cref="LatentSize"/> values, a vector after the other.</returns>
    public float[] Latents(int count, ulong seed = 0)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckRoom(count, LatentSize, "latent vectors");
        float[] latents = new float[count * LatentSize];
        Action<int> noise = Noise(seed);
        for (int first = 0; first < count; first += BlockSize)
        {
            noise(first);
            arena.CopyTo(latents.AsSpan(first * LatentSize, Math.Min(BlockSize, count - first) * LatentSize), latentPlace.Offset);
        }

        return latents;
    }

    /// <summary>Draws the samples of latent vectors; where the generator knows classes sample i is of class i mod <see cref="Classes"/>, or of one.</summary>
    /// <param name="latents">A vector after the other, <see cref="LatentSize"/> values each, at least one.</param>
    /// <param name="classLabel">The class of all samples, 0 to <see cref="Classes"/> − 1; null for each in turn.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks.</param>
    /// <exception cref="ArgumentException">They are no whole number of vectors, or one is no finite number.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not this one.</exception>
    public ImageBatch Generate(float[] latents, int? classLabel = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.Length == 0 || latents.Length % LatentSize != 0)
            throw new ArgumentException($"{latents.Length} values are no whole number of latent vectors of {LatentSize}.", nameof(latents));
        if (Array.FindIndex(latents, value => !float.IsFinite(value)) is var odd and >= 0)
            throw new ArgumentException(FormattableString.Invariant($"Value {odd % LatentSize} of latent vector {odd / LatentSize}, index {odd}, is {latents[odd]}, no finite number."), nameof(latents));
        if (classLabel is { } one)
            CheckClass(one);
        float[] part = new float[BlockSize * LatentSize];
        return Draw(latents.Length / LatentSize, Copy, classLabel is { } label ? _ => label : OneOfEach, classLabel is null ? GridColumns : null, cancellationToken);

        void Copy(int first)
        {
            // The last block's rest stays as it was: nobody looks at its samples.
            latents.AsSpan(first * LatentSize, Math.Min(part.Length, latents.Length - (first * LatentSize))).CopyTo(part);
            arena.CopyFrom(part, latentPlace.Offset);
        }
    }

    private static void CheckRoom(int count, int length, string what)
    {
        if ((long)count * length > Array.MaxLength)
            throw new InvalidInputException(FormattableString.Invariant($"{count:N0} {what} of {length:N0} values are more than an array holds; draw at most {Array.MaxLength / length:N0} at once."));
    }

    private int OneOfEach(int sample) => Classes > 0 ? sample % Classes : 0;

    private void CheckClass(int classLabel)
    {
        if (Classes == 0)
            throw new InvalidInputException($"This generator knows no classes, so it can't draw samples of class {classLabel}; train one with a conditional preset.");
        if (classLabel < 0 || classLabel >= Classes)
            throw new InvalidInputException($"This generator draws samples of the classes 0 to {Classes - 1}, not of {classLabel}.");
    }

    /// <summary>Puts the latent vectors of a seed in place for the block that begins with a sample.</summary>
    private Action<int> Noise(ulong seed)
    {
        Action noise = backend.Noise(distribution, seed, RandomStreams.SampleLatent, block.All, latentPlace);
        return first =>
        {
            block.CopyFrom([(uint)(first / BlockSize)]);
            noise();
        };
    }

    private ImageBatch Draw(int count, Action<int> latents, Func<int, int> classOf, int? columns, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckRoom(count, SampleShape.Length, "samples");
        float[] values = new float[count * SampleShape.Length];
        for (int first = 0; first < count; first += BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            latents(first);
            if (Classes > 0)
                arena.CopyFrom([.. Enumerable.Range(first, BlockSize).Select(sample => (float)classOf(sample))], labelPlace.Offset);
            Forward(values.AsSpan(first * SampleShape.Length, Math.Min(BlockSize, count - first) * SampleShape.Length));
        }

        return new ImageBatch(count, SampleShape.Height, SampleShape.Width, SampleShape.Channels, values) { Columns = columns };
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        arena.Dispose();
        block.Dispose();
        if (ownsWeights)
            weights.Dispose();
    }

    /// <summary>Bytes of device memory that a generator takes besides its weights.</summary>
    internal static long DeviceBytes(Preset preset, SampleShape sample, Parameters parameters) =>
        (sizeof(float) * (long)new Drawing(preset, sample, parameters).ArenaLength) + sizeof(uint);

    private void Forward(Span<float> target)
    {
        foreach (Action launch in launches)
            launch();
        arena.CopyTo(target, samplesOffset);
    }

    /// <summary>The plan that draws a block of samples. Latent vectors and labels lie in its arena, behind the intermediate results.</summary>
    private sealed class Drawing
    {
        public Drawing(Preset preset, SampleShape sample, Parameters parameters)
        {
            bool training = parameters.Training;
            parameters.Training = false;
            (Latent, Labels, Samples) = preset.Draw(sample, parameters, BlockSize);
            parameters.Training = training;
            HashSet<Tensor> given = [.. parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor), Latent];
            if (Labels is not null)
                given.Add(Labels);
            Plan = Planner.Build([Samples], given);
            LatentOffset = Plan.ArenaLength;
            LabelsOffset = checked(LatentOffset + Aligned(Latent.Shape.Length));
            ArenaLength = checked(LabelsOffset + (Labels is null ? 0 : Aligned(Labels.Shape.Length)));
        }

        public Tensor Latent { get; }

        /// <summary>[rows, 1]; null where the generator knows no classes.</summary>
        public Tensor? Labels { get; }

        public Tensor Samples { get; }

        public Plan Plan { get; }

        public int LatentOffset { get; }

        public int LabelsOffset { get; }

        public int ArenaLength { get; }

        private static int Aligned(int length) => checked(length + Slice<float>.Alignment - 1) / Slice<float>.Alignment * Slice<float>.Alignment;
    }
}
