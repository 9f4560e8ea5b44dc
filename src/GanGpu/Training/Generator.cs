using System.Globalization;
using GanGpu.Backends;
using GanGpu.Networks;
using GanGpu.Training;
using ILGPU;

namespace GanGpu;

/// <summary>A generator on a device: noise in, samples out.</summary>
/// <remarks>
/// Safe for use from several threads, also while its trainer trains: up to 64 samples at a time are drawn in a turn of
/// the device's, see <see cref="Device"/>, so that each sees the weights between two steps. If nobody changes its
/// weights, since it was loaded or is a snapshot, it takes no turns on the processor: threads that draw at once draw
/// beside each other, each with memory of its own for the largest block that it drew, and convolutions read copies of
/// their weights that are made once. Dispose at any moment, from any thread: drawing that is under way ends with
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class Generator : IDisposable, IAsyncDisposable
{
    private const int BlockSize = SampleDrawer.MostRows;

    private readonly Device device;
    private readonly IBackend backend;
    private readonly DeviceUse use;
    private readonly Preset preset;
    private readonly NoiseDistribution distribution;
    private readonly WeightArena weights;
    private readonly bool ownsWeights;
    private readonly SampleDrawer drawer;
    private readonly SampleLanes? lanes;
    private readonly ConstantWeights? constants;
    private readonly AppliedNetwork applied;

    internal Generator(
        Device device, Preset preset, SampleFormat sample, NoiseDistribution distribution, WeightArena weights,
        bool ownsWeights = false)
    {
        this.device = device;
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
        // Weights that are trained change during a turn, and a GPU draws for one at a time.
        if (ownsWeights && backend is HostBackend host)
        {
            constants = new ConstantWeights(host, weights.Values, weights.States);
            lanes = new SampleLanes(
                host, (lane, rows) => new SampleDrawer(lane, preset, sample, distribution, weights, constants, rows));
        }

        try
        {
            drawer = new SampleDrawer(backend, preset, sample, distribution, weights, constants);
        }
        catch
        {
            constants?.Dispose();
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
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save(string)"/> wrote.</param>
    /// <param name="preset">The networks that were trained, if they are a program's own: all their tensors must be in
    /// the file, by name and shape. Null for those that the file names.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or the networks are
    /// others.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static Generator Load(Device device, string path, Preset? preset = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(device, Checkpoint.Open(path, preset));
    }

    /// <summary>The generator of a saved training, from a stream.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="stream">What <see cref="GanTrainer.Save(Stream)"/> wrote, or the bytes of a checkpoint's file; it
    /// is read from where it stands to its end, stays open, and need not be seekable.</param>
    /// <param name="preset">The networks, if they are a program's own; null for those that the checkpoint
    /// names.</param>
    /// <exception cref="InvalidInputException">The stream can't be read, is damaged or no checkpoint, or the networks
    /// are others.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static Generator Load(Device device, Stream stream, Preset? preset = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(stream);
        return Load(device, Checkpoint.Open(stream, preset));
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

    /// <summary>A generator with a copy of the weights, which becomes the caller's. Requires the turn.</summary>
    internal Generator Copy()
    {
        WeightArena copy = weights.Copy(backend);
        try
        {
            return new Generator(device, preset, Format, distribution, copy, ownsWeights: true);
        }
        catch
        {
            copy.Dispose();
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
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="InvalidInputException">The samples are more than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleBatch Sample(int count, ulong seed = 0, CancellationToken cancellationToken = default)
    {
        float[] values = RoomFor(count);
        Sample(values, seed, [], cancellationToken);
        return new SampleBatch(Format, count, values) { Columns = GridColumns };
    }

    /// <summary>Draws samples of one class.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors, which are those of
    /// <see cref="Sample(int, ulong, CancellationToken)"/>.</param>
    /// <param name="classLabel">The class, 0 to <see cref="Classes"/> − 1.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not this one, or the samples are more
    /// than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleBatch Sample(int count, ulong seed, int classLabel, CancellationToken cancellationToken = default)
    {
        CheckClass(classLabel);
        float[] values = RoomFor(count);
        Sample(values, seed, [classLabel], cancellationToken);
        return new SampleBatch(Format, count, values);
    }

    /// <summary>Draws samples into the caller's memory: those of
    /// <see cref="Sample(int, ulong, CancellationToken)"/>, to the bit.</summary>
    /// <remarks>It allocates nothing once the first blocks have been drawn, but a few hundred bytes for a seed that is
    /// not that of the last call.</remarks>
    /// <param name="destination">Receives as many samples as it has room for, one after the other, each of
    /// <see cref="SampleFormat.Length"/> values: in −1..1 if the encoding is bounded. What it holds if the drawing was
    /// ended early is not defined.</param>
    /// <param name="seed">Decides the latent vectors.</param>
    /// <param name="classes">The class of each sample, 0 to <see cref="Classes"/> − 1; or one for all of them; or none,
    /// for each class in turn.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentException">The destination is no whole number of samples, at least one, or there are
    /// several classes and not one for each sample.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not one of these.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Sample(
        Span<float> destination, ulong seed = 0, ReadOnlySpan<int> classes = default,
        CancellationToken cancellationToken = default)
    {
        int count = CountOf(destination.Length);
        CheckClasses(classes, count);
        Draw(destination, new SampleRequest { Seed = seed, Classes = classes }, cancellationToken);
    }

    /// <summary>Draws samples into memory of the caller's ILGPU accelerator, of which the device was made
    /// (<see cref="Device.Of"/>): those of <see cref="Sample(int, ulong, CancellationToken)"/>, to the bit. They never
    /// leave the device.</summary>
    /// <remarks>Waits for what was issued to the accelerator's default stream before, and returns when the samples are
    /// there; what uses the memory in other streams must have ended. Memory and threads: as for
    /// <see cref="Sample(Span{float}, ulong, ReadOnlySpan{int}, CancellationToken)"/>.</remarks>
    /// <param name="destination">Receives as many samples as it has room for, see
    /// <see cref="Sample(Span{float}, ulong, ReadOnlySpan{int}, CancellationToken)"/>.</param>
    /// <param name="seed">Decides the latent vectors.</param>
    /// <param name="classes">The class of each sample, 0 to <see cref="Classes"/> − 1; or one for all of them; or none,
    /// for each class in turn.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentException">The destination is no whole number of samples, at least one, or lies
    /// elsewhere than on the device's accelerator, or there are several classes and not one for each
    /// sample.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not one of these.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer, its device or the destination was
    /// disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Sample(
        ArrayView<float> destination, ulong seed = 0, ReadOnlySpan<int> classes = default,
        CancellationToken cancellationToken = default)
    {
        int count = CountOf(destination.Length);
        CheckClasses(classes, count);
        Draw([], new SampleRequest { Seed = seed, Classes = classes, View = destination }, cancellationToken);
    }

    /// <summary>
    /// Draws samples of several classes at once, such as half of one and half of another, into the caller's memory.
    /// </summary>
    /// <remarks>Memory and threads: as for
    /// <see cref="Sample(Span{float}, ulong, ReadOnlySpan{int}, CancellationToken)"/>.</remarks>
    /// <param name="destination">As for <see cref="Sample(Span{float}, ulong, ReadOnlySpan{int}, CancellationToken)"/>.
    /// </param>
    /// <param name="conditions">For each sample <see cref="Classes"/> weights, any finite numbers: what the networks
    /// learned of each class is added up with them. A 1 among zeros is that class; training has seen nothing
    /// else.</param>
    /// <param name="seed">Decides the latent vectors.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentException">The destination is no whole number of samples, at least one, there are not
    /// <see cref="Classes"/> weights for each of them, or one is no finite number.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void SampleMixed(
        Span<float> destination, ReadOnlySpan<float> conditions, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        int count = CountOf(destination.Length);
        CheckConditions(conditions, count);
        Draw(destination, new SampleRequest { Seed = seed, Conditions = conditions }, cancellationToken);
    }

    /// <summary>The latent vectors that <see cref="Sample(int, ulong, CancellationToken)"/> draws from.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides them.</param>
    /// <returns>count × <see cref="LatentSize"/> values, a vector after the other.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="InvalidInputException">The latent vectors are more than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed.</exception>
    public float[] Latents(int count, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckRoom(count, LatentSize, "latent vectors");
        float[] latents = new float[count * LatentSize];
        for (int first = 0; first < count; first += BlockSize)
        {
            int rows = Math.Min(BlockSize, count - first);
            using DeviceTurn turn = use.Turn();
            drawer.DrawLatents(latents.AsSpan(first * LatentSize, rows * LatentSize), first, rows, seed);
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
    /// <exception cref="InvalidInputException">The generator knows no classes, or not this one, or the samples are more
    /// than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleBatch Generate(float[] latents, int? classLabel = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(latents);
        int count = CountOfLatents(latents);
        if (classLabel is { } one)
            CheckClass(one);
        float[] values = RoomFor(count);
        Generate(latents, values, classLabel is { } label ? [label] : [], cancellationToken);
        return new SampleBatch(Format, count, values) { Columns = classLabel is null ? GridColumns : null };
    }

    /// <summary>Draws the samples of latent vectors into the caller's memory.</summary>
    /// <remarks>It allocates nothing once the first blocks have been drawn.</remarks>
    /// <param name="latents">A vector after the other, <see cref="LatentSize"/> values each, at least one.</param>
    /// <param name="destination">Receives a sample for each vector, <see cref="SampleFormat.Length"/> values each. What
    /// it holds if the drawing was ended early is not defined.</param>
    /// <param name="classes">The class of each sample, 0 to <see cref="Classes"/> − 1; or one for all of them; or none,
    /// for each class in turn.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentException">They are no whole number of vectors, one is no finite number, the
    /// destination has not the size of their samples, or there are several classes and not one for each
    /// sample.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes, or not one of these.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Generate(
        ReadOnlySpan<float> latents, Span<float> destination, ReadOnlySpan<int> classes = default,
        CancellationToken cancellationToken = default)
    {
        CheckClasses(classes, CheckGenerated(latents, destination));
        Draw(destination, new SampleRequest { Latents = latents, Classes = classes }, cancellationToken);
    }

    /// <summary>Draws the samples of latent vectors, of several classes at once, into the caller's memory.</summary>
    /// <param name="latents">A vector after the other, <see cref="LatentSize"/> values each, at least one.</param>
    /// <param name="destination">Receives a sample for each vector, <see cref="SampleFormat.Length"/> values each. What
    /// it holds if the drawing was ended early is not defined.</param>
    /// <param name="conditions">For each sample <see cref="Classes"/> weights, as for
    /// <see cref="SampleMixed"/>.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks of 64.</param>
    /// <exception cref="ArgumentException">They are no whole number of vectors, the destination has not the size of
    /// their samples, there are not <see cref="Classes"/> weights for each, or a number is not finite.</exception>
    /// <exception cref="InvalidInputException">The generator knows no classes.</exception>
    /// <exception cref="ObjectDisposedException">The generator, its trainer or its device was disposed, also while it
    /// draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void GenerateMixed(
        ReadOnlySpan<float> latents, Span<float> destination, ReadOnlySpan<float> conditions,
        CancellationToken cancellationToken = default)
    {
        CheckConditions(conditions, CheckGenerated(latents, destination));
        Draw(destination, new SampleRequest { Latents = latents, Conditions = conditions }, cancellationToken);
    }

    private float[] RoomFor(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckRoom(count, Format.Length, "samples");
        return GC.AllocateUninitializedArray<float>(count * Format.Length);
    }

    private int CountOf(long destination) =>
        destination == 0 || destination % Format.Length != 0
            ? throw new ArgumentException(
                $"{destination} values are no whole number of samples of {Format}, which have {Format.Length} " +
                "values each.", nameof(destination))
            : checked((int)(destination / Format.Length));

    private int CountOfLatents(ReadOnlySpan<float> latents)
    {
        if (latents.IsEmpty || latents.Length % LatentSize != 0)
            throw new ArgumentException(
                $"{latents.Length} values are no whole number of latent vectors of {LatentSize}.", nameof(latents));
        CheckFinite(latents, LatentSize, "latent vector", nameof(latents));
        return latents.Length / LatentSize;
    }

    private int CheckGenerated(ReadOnlySpan<float> latents, ReadOnlySpan<float> destination)
    {
        int count = CountOfLatents(latents);
        return destination.Length == (long)count * Format.Length ? count
            : throw new ArgumentException(
                $"The samples of {count} latent vectors have {(long)count * Format.Length} values, and the " +
                $"destination has room for {destination.Length}.", nameof(destination));
    }

    private static void CheckFinite(ReadOnlySpan<float> values, int length, string what, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture,
                        $"Value {i % length} of {what} {i / length}, index {i}, is {values[i]}, no finite number."),
                    name);
        }
    }

    private void CheckClasses(ReadOnlySpan<int> classes, int count)
    {
        if (classes.Length > 1 && classes.Length != count)
            throw new ArgumentException(
                $"{count} samples are of {count} classes, or of one; {classes.Length} were given.", nameof(classes));
        foreach (int label in classes)
            CheckClass(label);
    }

    private void CheckConditions(ReadOnlySpan<float> conditions, int count)
    {
        if (Classes == 0)
            throw new InvalidInputException(
                "This generator knows no classes, so it can't draw samples of several; train one with a conditional " +
                "preset.");
        if (conditions.Length != (long)count * Classes)
            throw new ArgumentException(
                $"{count} samples need {count} x {Classes} weights of classes, not {conditions.Length}.",
                nameof(conditions));
        CheckFinite(conditions, Classes, "condition", nameof(conditions));
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

    private void Draw(Span<float> destination, SampleRequest request, CancellationToken cancellationToken)
    {
        int count = (int)((destination.Length + request.View.Length) / Format.Length);
        for (int first = 0; first < count; first += BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(BlockSize, count - first);
            using SampleLane lane = lanes is null ? default : lanes.Enter(use, rows);
            if (lane.Drawer is { } own)
            {
                own.Draw(destination, first, rows, request);
                continue;
            }

            using DeviceTurn turn = use.Turn();
            drawer.Draw(destination, first, rows, request);
        }
    }

    /// <summary>Waits for the block that is being drawn, and frees the device memory.</summary>
    public void Dispose() => use.End(Free);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(Free);

    private void Free()
    {
        lanes?.Dispose();
        drawer.Dispose();
        constants?.Dispose();
        if (ownsWeights)
            weights.Dispose();
    }
}
