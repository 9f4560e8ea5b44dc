using System.Globalization;
using System.Numerics;
using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Networks;
using GanGpu.Training;

namespace GanGpu;

/// <summary>A generator on a device: noise in, samples out.</summary>
/// <remarks>
/// Safe for use from several threads, also while its trainer trains: up to 64 samples at a time are drawn in a turn of
/// the device's, see <see cref="Device"/>, so that each sees the weights between two steps. Dispose at any moment, from
/// any thread: drawing that is under way ends with <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class Generator : IDisposable, IAsyncDisposable
{
    /// <summary>
    /// Samples are drawn in blocks of at most so many, each from a step of the noise of its own: sample i is the same
    /// however many are asked for.
    /// </summary>
    private const int BlockSize = 64;

    private readonly IBackend backend;
    private readonly DeviceUse use;
    private readonly Preset preset;
    private readonly NoiseDistribution distribution;
    private readonly WeightArena weights;
    private readonly bool ownsWeights;
    private readonly DeviceBuffer<float> arena;
    private readonly DeviceBuffer<uint> block;

    private readonly AppliedNetwork applied;

    /// <summary>What draws 1, 2, 4, … 64 samples; each is made when it is first wanted, but for the last.</summary>
    private readonly SampleBlock?[] blocks = new SampleBlock?[BitOperations.Log2(BlockSize) + 1];

    internal Generator(
        Device device, Preset preset, SampleFormat sample, NoiseDistribution distribution, WeightArena weights,
        bool ownsWeights = false)
    {
        backend = device.Backend;
        use = new DeviceUse(backend, this);
        applied = new AppliedNetwork(weights, use);
        Format = sample;
        this.preset = preset;
        this.distribution = distribution;
        this.weights = weights;
        this.ownsWeights = ownsWeights;
        Classes = preset.GeneratesClasses ? preset.Classes : 0;
        LatentSize = preset.LatentSize;
        using DeviceTurn turn = backend.Turn(this);
        SamplePlan plan = new(preset, sample, weights.Parameters, BlockSize);
        arena = backend.Allocate<float>(plan.ArenaLength);
        try
        {
            block = backend.Allocate<uint>(1);
            blocks[^1] = plan.Bind(backend, arena, weights, block.All, BlockSize);
        }
        catch
        {
            arena.Dispose();
            block?.Dispose();
            throw;
        }
    }

    /// <summary>Values in a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>What it was trained to take latent vectors from.</summary>
    public NoiseDistribution LatentDistribution => distribution;

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format { get; }

    /// <summary>Classes that it draws samples of; 0 where it knows none.</summary>
    public int Classes { get; }

    /// <summary>
    /// Samples that fill a picture: 64; of a generator of some classes full rows, in which a column is a class.
    /// </summary>
    public int GridSize => GridColumns is { } columns ? columns * Math.Clamp(100 / columns, 1, 10) : 64;

    /// <summary>
    /// As many samples side by side as show every class, several times where they are few; null where they are none, or
    /// too many.
    /// </summary>
    private int? GridColumns => Classes is 0 or > 32 ? null : Classes * Math.Max(1, 8 / Classes);

    /// <summary>The generator of a saved training.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or is of a program's own
    /// preset.</exception>
    public static Generator Load(Device device, string path)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(device, Checkpoint.Open(path));
    }

    /// <summary>The generator of a saved training of a preset that the program has of its own.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save"/> wrote.</param>
    /// <param name="preset">The networks that were trained; all their tensors must be in the file, by name and
    /// shape.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or the networks are
    /// others.</exception>
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
            return new Generator(device, checkpoint.Preset, checkpoint.Sample, checkpoint.Options.Latent, weights,
                ownsWeights: true);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Draws samples; where the generator knows classes sample i is of class i mod <see cref="Classes"/>.
    /// </summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors; sample i of a seed is the same for every count, and on every
    /// device to rounding.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleBatch Sample(int count, ulong seed = 0, CancellationToken cancellationToken = default) =>
        Draw(count, Noise(seed), OneOfEach, GridColumns, cancellationToken);

    /// <summary>Draws samples of one class.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors, which are those of
    /// <see cref="Sample(int, ulong, CancellationToken)"/>.</param>
    /// <param name="classLabel">The class, 0 to <see cref="Classes"/> − 1.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not this one.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleBatch Sample(int count, ulong seed, int classLabel, CancellationToken cancellationToken = default)
    {
        CheckClass(classLabel);
        return Draw(count, Noise(seed), _ => classLabel, columns: null, cancellationToken);
    }

    /// <summary>The latent vectors that <see cref="Sample(int, ulong, CancellationToken)"/> draws from.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides them.</param>
    /// <returns>count × <see cref="LatentSize"/> values, a vector after the other.</returns>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed.</exception>
    public float[] Latents(int count, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckRoom(count, LatentSize, "latent vectors");
        float[] latents = new float[count * LatentSize];
        PutLatents noise = Noise(seed);
        for (int first = 0; first < count; first += BlockSize)
        {
            int rows = Math.Min(BlockSize, count - first);
            using DeviceTurn turn = use.Turn();
            SampleBlock of = BlockOf(rows);
            noise(of, first);
            arena.CopyTo(latents.AsSpan(first * LatentSize, rows * LatentSize), of.Latents.Offset);
        }

        return latents;
    }

    /// <summary>
    /// Draws the samples of latent vectors; where the generator knows classes sample i is of class i mod
    /// <see cref="Classes"/>, or of one.
    /// </summary>
    /// <param name="latents">A vector after the other, <see cref="LatentSize"/> values each, at least one.</param>
    /// <param name="classLabel">The class of all samples, 0 to <see cref="Classes"/> − 1; null for each in
    /// turn.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentException">They are no whole number of vectors, or one is no finite number.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not this one.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleBatch Generate(float[] latents, int? classLabel = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.Length == 0 || latents.Length % LatentSize != 0)
            throw new ArgumentException(
                $"{latents.Length} values are no whole number of latent vectors of {LatentSize}.", nameof(latents));
        if (Array.FindIndex(latents, value => !float.IsFinite(value)) is var odd and >= 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"Value {odd % LatentSize} of latent vector {odd / LatentSize}, index {odd}, is {latents[odd]}, " +
                    $"no finite number."), nameof(latents));
        if (classLabel is { } one)
            CheckClass(one);
        return Draw(latents.Length / LatentSize, Copy, classLabel is { } label ? _ => label
            : OneOfEach, classLabel is null ? GridColumns : null, cancellationToken);

        // Of a block that is not full the rest stays as it was: nobody looks at its samples.
        void Copy(SampleBlock of, int first) =>
            arena.CopyFrom(
                latents.AsSpan(first * LatentSize, Math.Min(of.Latents.Length, latents.Length - (first * LatentSize))),
                of.Latents.Offset);
    }

    /// <summary>Applies the generator in a <see cref="TensorFunction"/>, as samples are drawn; it computes
    /// nothing.</summary>
    /// <param name="latents">[rows, <see cref="LatentSize"/>].</param>
    /// <param name="conditions">[rows, <see cref="Classes"/>], the shares of the classes in each sample; null if the
    /// generator knows none.</param>
    /// <returns>Samples [rows, values of a sample], see <see cref="SampleBatch.Values"/>.</returns>
    /// <exception cref="ArgumentException">A tensor has another shape, or there are no conditions where there must be, or
    /// the other way round.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed.</exception>
    public Tensor Apply(Tensor latents, Tensor? conditions = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.Columns != LatentSize)
            throw new ArgumentException($"The generator takes latent vectors of {LatentSize} values, not {latents}.");
        AppliedNetwork.CheckConditions("generator", latents, conditions, Classes);
        return applied.Apply(parameters => preset.Generate(Format, parameters, latents, conditions)).Result;
    }

    private static void CheckRoom(int count, int length, string what)
    {
        if ((long)count * length > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{count:N0} {what} of {length:N0} values are more than an array holds; draw at most " +
                    $"{Array.MaxLength / length:N0} at once."));
    }

    private int OneOfEach(int sample) => Classes > 0 ? sample % Classes : 0;

    private void CheckClass(int classLabel)
    {
        if (Classes == 0)
            throw new InvalidInputException(
                $"This generator knows no classes, so it can't draw samples of class {classLabel}; train one with a " +
                "conditional preset.");
        if (classLabel < 0 || classLabel >= Classes)
            throw new InvalidInputException(
                $"This generator draws samples of the classes 0 to {Classes - 1}, not of {classLabel}.");
    }

    /// <summary>
    /// Puts the latent vectors of a seed in place, from the sample that a step of the noise begins with.
    /// </summary>
    private PutLatents Noise(ulong seed) => (of, first) =>
    {
        block.CopyFrom([(uint)(first / BlockSize)]);
        // A number depends on its place alone, so a small block is the beginning of the full one.
        backend.Bind(new NoiseLaunch(distribution, seed, RandomStreams.SampleLatent, block.All, of.Latents))();
    };

    private SampleBatch Draw(
        int count, PutLatents latents, Func<int, int> classOf, int? columns, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckRoom(count, Format.Length, "samples");
        float[] values = new float[count * Format.Length];
        for (int first = 0; first < count; first += BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(BlockSize, count - first);
            using DeviceTurn turn = use.Turn();
            SampleBlock of = BlockOf(rows);
            latents(of, first);
            if (Classes > 0)
                arena.CopyFrom(
                    [.. Enumerable.Range(first, of.Rows).Select(sample => (float)classOf(sample))], of.Labels.Offset);
            foreach (Action launch in of.Launches)
                launch();
            arena.CopyTo(values.AsSpan(first * Format.Length, rows * Format.Length), of.SamplesOffset);
        }

        return new SampleBatch(Format, count, values)
        {
            Columns = columns
        };
    }

    /// <summary>The smallest block with room for so many samples.</summary>
    private SampleBlock BlockOf(int rows)
    {
        int size = BitOperations.Log2((uint)rows - 1) + (rows > 1 ? 1 : 0);
        if (blocks[size] is { } made)
            return made;
        SamplePlan plan = new(preset, Format, weights.Parameters, 1 << size);
        // The arena is the full block's; a plan of fewer samples that needs more is not worth another.
        return blocks[size] = plan.ArenaLength <= arena.Length
            ? plan.Bind(backend, arena, weights, block.All, BlockSize) : blocks[^1]!;
    }

    /// <summary>Waits for the block that is being drawn, and frees the device memory.</summary>
    public void Dispose() => use.End(Free);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(Free);

    /// <summary>Bytes of device memory that a generator takes besides its weights.</summary>
    internal static long DeviceBytes(Preset preset, SampleFormat sample) =>
        (sizeof(float) * (long)new SamplePlan(preset, sample, new Parameters(), BlockSize).ArenaLength) + sizeof(uint);

    private void Free()
    {
        arena.Dispose();
        block.Dispose();
        if (ownsWeights)
            weights.Dispose();
    }

    /// <summary>Puts latent vectors in place for a block that begins with a sample.</summary>
    private delegate void PutLatents(SampleBlock of, int first);
}
