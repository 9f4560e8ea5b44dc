using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using GanGpu.Backends;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Objectives;
using GanGpu.Presets;
using Microsoft.Extensions.Logging;

namespace GanGpu.Training;

/// <summary>
/// Trains a generator against a discriminator. Each step is the article's: noise in, samples out, the discriminator
/// judges real and fake and is updated; then new noise, new samples, and the generator is updated by what the
/// discriminator makes of them. Both updates are described, differentiated and planned here, once; training replays
/// them.
/// </summary>
/// <remarks>
/// Safe for use from several threads, and beside anything else on its device: a step of this training, a block of
/// samples and a step of another training take turns, see <see cref="Device"/>. So samples may be drawn from
/// <see cref="Generator"/>, or a checkpoint saved, while it trains: both see the weights between two steps. Dispose at
/// any moment, from any thread: a training under way ends after the step in flight, with
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class GanTrainer : IDisposable, IAsyncDisposable
{
    private const long MostWarmUpBytes = 64 << 20;
    private const int ProcessorWarmUpBatch = 64;

    /// <summary>Of data that nobody has seen yet.</summary>
    private const int ProbableClasses = 10;

    private readonly Stack<IDisposable> owned = new();
    private readonly IBackend backend;
    private readonly DeviceUse use;
    private readonly ILogger logger;
    private readonly DataOrder order;
    private readonly WeightArena generatorWeights, discriminatorWeights;
    private readonly OptimizerState generatorOptimizer, discriminatorOptimizer;
    private readonly TrainingStep generatorStep;
    private readonly TrainingStep[] discriminatorSteps;
    private readonly TrainingCycle cycle;
    private readonly DataStream? stream;

    /// <summary>
    /// Builds both training steps on a device and copies the data set there, or, where it is too large for the device's
    /// memory, sets out to bring its images there as they are needed.
    /// </summary>
    /// <param name="device">Where to train; stays the caller's.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="data">The real samples.</param>
    /// <param name="options">How to train; the article's way where it is null.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, such as a batch larger than the data set,
    /// or the preset learns from classes that the data has not.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory; the message says for what, and
    /// names the largest batch that would fit.</exception>
    public GanTrainer(Device device, Preset preset, DataSet data, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(data);
        Options = options ?? new TrainingOptions();
        Options.Validate(data.Count);
        Preset = preset = preset.For(data, Options);
        if (data.HoldsNumbers && Options.HorizontalFlip)
            throw new InvalidInputException($"'{data.Name}' has no pictures that could be mirrored.");
        SampleShape = new SampleShape(data.Height, data.Width, data.Channels);
        backend = device.Backend;
        use = new DeviceUse(backend, this);
        logger = device.Logger;
        DataFit.Tell(logger, preset, data);
        order = new DataOrder(data.Count, Options.BatchSize, Options.Seed);

        TrainingRoom room = new(device, preset, data, Options);
        TrainingPlans plans = room.Plan();
        TrainingMemory memory = Memory = room.Memory(plans);
        try
        {
            using DeviceTurn turn = backend.Turn(this);
            generatorWeights = Own(new WeightArena(backend, plans.Generator));
            discriminatorWeights = Own(new WeightArena(backend, plans.Discriminator));
            generatorWeights.Initialize(Options.Seed, network: 0);
            discriminatorWeights.Initialize(Options.Seed, network: 1);
            generatorOptimizer = Own(
                new OptimizerState(backend, generatorWeights, Options.GeneratorOptimizer, Options.AccumulatedBatches));
            discriminatorOptimizer = Own(
                new OptimizerState(
                    backend, discriminatorWeights, Options.DiscriminatorOptimizer, Options.AccumulatedBatches));
            stream = memory.StepsPerSlot > 0 ? Own(new DataStream(backend, order, data, memory.StepsPerSlot)) : null;
            TrainingImages images = (stream?.Images ?? WholeDataSet(data)) with { Labels = Labels(data) };
            DeviceBuffer<float> arena = Own(backend.Allocate<float>(plans.ArenaLength));
            FigureRing discriminatorRing =
                Own(new FigureRing(backend, plans.DiscriminatorUpdates[0].Graph.Figures.Shape.Length));
            FigureRing generatorRing = Own(new FigureRing(backend, plans.GeneratorUpdate.Graph.Figures.Shape.Length));
            discriminatorSteps = [.. plans.DiscriminatorUpdates.Select(update =>
                new TrainingStep(
                    backend, update, arena, discriminatorWeights, generatorWeights, discriminatorOptimizer,
                    discriminatorRing, images, Options.AccumulatedBatches))];
            generatorStep = new TrainingStep(
                backend, plans.GeneratorUpdate, arena, generatorWeights, discriminatorWeights, generatorOptimizer,
                generatorRing, images, Options.AccumulatedBatches);
            cycle = Own(new TrainingCycle(backend, Options, discriminatorSteps, generatorStep));
            Generator = Own(
                new Generator(device, preset, SampleShape, Options.Latent, generatorOptimizer.Average
                    ?? generatorWeights));
        }
        catch (DeviceOutOfMemoryException e)
        {
            Dispose();
            throw room.Shortage(memory, e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Loads and runs once all that a trainer of this kind uses on a device, on images of nothing, so that kernels are
    /// compiled while the data is still being read. What fails here fails again, and with its reason, when the trainer
    /// is made: nothing is thrown.
    /// </summary>
    /// <param name="device">Where it will train.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample, as far as it is known: with another size a few kernels may still be
    /// missing.</param>
    /// <param name="options">How it will train.</param>
    public static void WarmUp(Device device, Preset preset, SampleShape sample, TrainingOptions? options = null)
    {
        options ??= new TrainingOptions();
        if (options.BatchSize < 1
            || (double)options.BatchSize * sample.Height * sample.Width * sample.Channels > MostWarmUpBytes)
            return;
        // A step is the same kernels again and again. A GPU's are chosen by the batch size, the processor's hardly.
        options = options with
        {
            AccumulatedBatches = Math.Min(options.AccumulatedBatches, 2),
            DiscriminatorSteps = Math.Min(options.DiscriminatorSteps, 1),
        };
        if (device.Kind == DeviceKind.Cpu && options.Packing >= 1)
            options = options with
            {
                BatchSize = (int)Math.Min(options.BatchSize, (long)options.Packing * ProcessorWarmUpBatch)
            };
        try
        {
            byte[] pixels = new byte[options.BatchSize * sample.Length],
                labels = [.. Enumerable.Range(0, options.BatchSize).Select(i => (byte)(i % ProbableClasses))];
            using GanTrainer trainer = new(
                device, preset,
                DataSet.FromBytes(
                    "nothing", pixels, options.BatchSize, sample.Height, sample.Width, sample.Channels,
                    labels), options);
            trainer.Replay();
            trainer.backend.Synchronize();
        }
        catch (Exception e)
            when (e is InvalidInputException or ArgumentException or ObjectDisposedException
                or DeviceOutOfMemoryException or ILGPU.Runtime.AcceleratorException or ILGPU.InternalCompilerException)
        {
        }
    }

    /// <summary>The generator as it is now; it follows the training and ends with the trainer.</summary>
    public Generator Generator { get; }

    /// <summary>The networks.</summary>
    public Preset Preset { get; }

    /// <summary>How it trains.</summary>
    public TrainingOptions Options { get; private set; }

    /// <summary>The size of a sample.</summary>
    public SampleShape SampleShape { get; }

    /// <summary>
    /// Steps trained so far; in each the generator was updated once, and the discriminator
    /// <see cref="TrainingOptions.DiscriminatorSteps"/> times.
    /// </summary>
    public long Step { get; private set; }

    /// <summary>When the first step trained here was done; null before.</summary>
    public DateTimeOffset? FirstStepDone { get; private set; }

    /// <summary>
    /// Steps in one pass over the data set, which each update of the discriminator takes a batch of, or several.
    /// </summary>
    public int StepsPerEpoch => Math.Max(1, order.StepsPerEpoch / Options.BatchesPerStep);

    /// <summary>Trainable values of both networks.</summary>
    public int ParameterCount => generatorWeights.Parameters.Count + discriminatorWeights.Parameters.Count;

    /// <summary>Bytes of device memory that hold the intermediate results of a step, all of them in turns.</summary>
    public long ArenaBytes => Memory.Intermediate;

    /// <summary>All device memory that it takes, by what it is for.</summary>
    public TrainingMemory Memory { get; }

    /// <summary>What the first step issues, in order: the discriminator's updates, then the generator's.</summary>
    public IReadOnlyList<LaunchCost> Launches =>
        [.. cycle.Of(0)
            .SelectMany(
                update => update.Costs.Select(cost => cost with { Network = update == generatorStep ? "G" : "D" }))];

    /// <summary>Trains for a number of epochs, from where it stands.</summary>
    /// <remarks>
    /// Nothing is trained before the reports are asked for, so that the call alone does nothing: write <c>await
    /// foreach</c>.
    /// </remarks>
    /// <param name="epochs">Passes over the data set, at least 1.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight; what was trained stays.</param>
    /// <returns>A report every <see cref="TrainingOptions.ReportEvery"/> steps, and one at the end.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">A loss is no longer a finite number.</exception>
    public IAsyncEnumerable<TrainingReport> TrainAsync(int epochs, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return TrainStepsAsync((long)epochs * StepsPerEpoch, cancellationToken);
    }

    /// <summary>As <see cref="TrainAsync"/>, for a number of steps.</summary>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight; what was trained stays.</param>
    /// <returns>The reports.</returns>
    /// <inheritdoc cref="TrainAsync" path="/remarks"/>
    public IAsyncEnumerable<TrainingReport> TrainStepsAsync(long steps, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return Reports(steps, cancellationToken);
    }

    private async IAsyncEnumerable<TrainingReport> Reports(
        long steps, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long begin = Step, end = checked(Step + steps);
        logger.Training(Preset, begin, end);
        long started = Stopwatch.GetTimestamp();
        while (Step < end)
        {
            long from = Step, to = Math.Min(end, Step + Options.ReportEvery);
            TimeSpan before = Stopwatch.GetElapsedTime(started);
            await Task.Run(() => Run(to, cancellationToken), CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            TrainingReport report = Report(from, begin, end, elapsed - before, elapsed);
            logger.Reported(report);
            yield return report;
        }
    }

    /// <summary>
    /// Measures the Euclidean norms of all gradients of the latest update of each network, before they were limited.
    /// Waits for the device, so it is not done with each report.
    /// </summary>
    public (float Discriminator, float Generator) MeasureGradientNorms()
    {
        using DeviceTurn turn = use.Turn();
        return (discriminatorOptimizer.MeasureGradientNorm(), generatorOptimizer.MeasureGradientNorm());
    }

    /// <summary>
    /// Writes everything that training needs to go on: weights, moments, step, settings. See
    /// <see cref="Resume(Device, DataSet, string)"/>.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced only once the new one is complete. Folders above it
    /// are made.</param>
    /// <exception cref="TrainingDivergedException">A weight or a moment is no finite number: a checkpoint that is there
    /// may be the last good one, and stays.</exception>
    /// <exception cref="IOException">The file can't be written; one that was there stays.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Checkpoint checkpoint = Now();
        if (checkpoint.FirstNotFinite() is { } tensor)
        {
            throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
                $"Training diverged by step {checkpoint.Step}: the tensor '{tensor}' holds numbers that are not " +
                $"finite, so '{path}' stays as it was. Lower the learning rate and start again, or resume from an " +
                $"earlier checkpoint."));
        }

        checkpoint.Write(path);
        logger.Saved(checkpoint.Step, path);
    }

    /// <summary>
    /// A trainer that goes on exactly where the saved one stood: on the same device, training 2n steps and training n,
    /// saving, resuming and training n end with the same bits.
    /// </summary>
    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, is of a program's own
    /// preset, or the data set is another one.</exception>
    public static GanTrainer Resume(Device device, DataSet data, string path) =>
        Resume(device, data, path, () => Checkpoint.Open(path));

    /// <summary>
    /// As <see cref="Resume(Device, DataSet, string)"/>, of a preset that the program has of its own.
    /// </summary>
    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="preset">The networks that were trained; all their tensors must be in the file, by name and
    /// shape.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, the networks are others,
    /// or the data set is another one.</exception>
    public static GanTrainer Resume(Device device, DataSet data, string path, Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return Resume(device, data, path, () => Checkpoint.Open(path, preset));
    }

    private static GanTrainer Resume(Device device, DataSet data, string path, Func<Checkpoint> open)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Checkpoint checkpoint = open();
        if (checkpoint.DataCount == 0)
            throw new InvalidInputException(
                $"'{path}' holds imported weights, without what their optimiser kept: they draw samples, but can't " +
                "be trained further.");
        SampleShape sample = new(data.Height, data.Width, data.Channels);
        if (checkpoint.Sample != sample || checkpoint.DataCount != data.Count)
        {
            throw new InvalidInputException(
                $"'{path}' was trained on {checkpoint.DataCount} samples of {checkpoint.Sample}, but '{data.Name}' " +
                $"has {data.Count} of {sample}; resume with the data set it was trained on.");
        }

        device.Logger.Resuming(path, checkpoint.Step);
        GanTrainer trainer = new(device, checkpoint.Preset, data, checkpoint.Options);
        try
        {
            trainer.Load(checkpoint);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Goes back to an earlier state of this training, and on from there with other learning rates: with the same ones
    /// it would take the same steps again, to the bit.
    /// </summary>
    /// <param name="path">A file that <see cref="Save"/> wrote in this training.</param>
    /// <param name="learningRateFactor">What both learning rates, as they are now, are multiplied by; above 0.</param>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or is of another training.</exception>
    public void RollBack(string path, double learningRateFactor = 0.5)
    {
        use.ThrowIfEnded();
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRateFactor);
        Checkpoint checkpoint = Checkpoint.Read(path);
        if (checkpoint.Preset != Preset.Stored || checkpoint.Sample != SampleShape
            || checkpoint.DataCount != order.Count || checkpoint.Options.Seed != Options.Seed)
            throw new InvalidInputException(
                $"'{path}' is of another training; a training can go back to its own checkpoints only.");
        using DeviceTurn turn = use.Turn();
        Load(checkpoint);
        Options = Options with
        {
            GeneratorOptimizer = generatorOptimizer.ScaleLearningRate(Options.GeneratorOptimizer, learningRateFactor),
            DiscriminatorOptimizer =
                discriminatorOptimizer.ScaleLearningRate(Options.DiscriminatorOptimizer, learningRateFactor),
        };
    }

    /// <summary>
    /// Ends a training that is under way, after the step in flight, and frees the device memory. Drawing from
    /// <see cref="Generator"/> ends likewise.
    /// </summary>
    public void Dispose() => use.End(Free);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(Free);

    /// <summary>
    /// Brings the images of a data set that is too large for the device; null where all of it is there.
    /// </summary>
    internal DataStream? Stream => stream;

    internal WeightArena GeneratorWeights => generatorWeights;

    internal WeightArena DiscriminatorWeights => discriminatorWeights;

    internal OptimizerState GeneratorOptimizer => generatorOptimizer;

    internal OptimizerState DiscriminatorOptimizer => discriminatorOptimizer;

    internal TrainingStep GeneratorStep => generatorStep;

    /// <summary>The discriminator's update; where only some are penalised, one that is.</summary>
    internal TrainingStep DiscriminatorStep => discriminatorSteps[0];

    /// <summary>The updates of a step, counted from 0, in order.</summary>
    internal IReadOnlyList<TrainingStep> UpdatesOf(long step) => cycle.Of(step);

    /// <summary>Steps that the device is best given together.</summary>
    internal int StepsAtOnce => cycle.StepsInBundle;

    /// <summary>One update of each network, issued but not waited for.</summary>
    internal void Replay() => Replay(1);

    /// <summary>As many updates of each network, in as few pieces as the device takes them.</summary>
    internal void Replay(long steps)
    {
        long to = Step + steps;
        while (Step < to)
            Advance(to);
    }

    /// <summary>A step, or as many as the device is best given together, in one turn.</summary>
    private void Advance(long to)
    {
        using DeviceTurn turn = use.Turn();
        // Another thread may have trained meanwhile.
        if (Step >= to)
            return;
        int batches = Options.BatchesPerStep;
        long ready = stream?.Prepare(Step * batches, to * batches) / batches ?? to;
        Step += cycle.Issue(Step, ready - Step);
    }

    /// <summary>All that a checkpoint holds, between two steps.</summary>
    /// <param name="discriminatorFirst">Which network's tensors come first: what is ruined begins with the
    /// discriminator.</param>
    private Checkpoint Now(bool discriminatorFirst = false)
    {
        using DeviceTurn turn = use.Turn();
        Checkpoint now = new(Preset, Options, SampleShape, order.Count, Step);
        if (discriminatorFirst)
            now.Put("discriminator", discriminatorWeights, discriminatorOptimizer);
        now.Put("generator", generatorWeights, generatorOptimizer);
        if (!discriminatorFirst)
            now.Put("discriminator", discriminatorWeights, discriminatorOptimizer);
        return now;
    }

    private void Load(Checkpoint checkpoint)
    {
        checkpoint.Get("generator", generatorWeights, generatorOptimizer, checkpoint.Step * Options.AccumulatedBatches);
        checkpoint.Get(
            "discriminator", discriminatorWeights, discriminatorOptimizer, checkpoint.Step * Options.BatchesPerStep);
        Step = checkpoint.Step;
    }

    private void Run(long to, CancellationToken cancellationToken)
    {
        if (FirstStepDone is null && Step < to && !cancellationToken.IsCancellationRequested)
        {
            Replay();
            Wait();
            FirstStepDone = DateTimeOffset.UtcNow;
        }

        while (Step < to && !cancellationToken.IsCancellationRequested)
            Advance(to);
        Wait();
    }

    private void Wait()
    {
        using DeviceTurn turn = use.Turn();
        backend.Synchronize();
    }

    private TrainingImages WholeDataSet(DataSet data)
    {
        ReadOnlySpan<byte> samples = data.Bytes;
        DeviceBuffer<byte> bytes = Own(backend.Allocate<byte>(samples.Length));
        bytes.CopyFrom(samples);
        return new TrainingImages(bytes, StagedSteps: 0, data.HoldsNumbers);
    }

    /// <summary>They are few bytes beside the samples, and stay on the device whole where those do not.</summary>
    private DeviceBuffer<int>? Labels(DataSet data)
    {
        if (Preset.ClassUse == ClassUse.None)
            return null;
        DeviceBuffer<int> labels = Own(backend.Allocate<int>(data.Count));
        labels.CopyFrom(Preset.LabelsOf(data));
        return labels;
    }

    /// <param name="from">The step that the last report of this training, or its beginning, was made at.</param>
    /// <param name="begin">The step at which this training began.</param>
    /// <param name="end">The step that it is to reach.</param>
    /// <param name="taken">Since the last report.</param>
    /// <param name="elapsed">Since the beginning.</param>
    private TrainingReport Report(long from, long begin, long end, TimeSpan taken, TimeSpan elapsed)
    {
        using DeviceTurn turn = use.Turn();
        // Where another thread trains as well, or rolls back, more or fewer steps are done than were asked for here.
        from = Math.Clamp(
            from, Math.Max(0, Step - (FigureRing.Capacity / Options.BatchesPerStep)), Math.Max(0, Step - 1));
        TimeSpan remaining = elapsed * (Math.Max(0, end - Step) / (double)Math.Max(1, Step - begin));
        long batches = Options.BatchesPerStep, generated = Options.AccumulatedBatches;
        Span<double> d = stackalloc double[discriminatorSteps[0].Ring.Figures],
            g = stackalloc double[generatorStep.Ring.Figures];
        discriminatorSteps[0].Ring.Means(from * batches, Step * batches, d);
        generatorStep.Ring.Means(from * generated, Step * generated, g);
        double discriminatorLoss = AdversarialLoss.DiscriminatorLoss(d),
            generatorLoss = AdversarialLoss.GeneratorLoss(Options.Loss, g);
        TrainingReport report = new(
            Step, (double)Step * batches / order.StepsPerEpoch, (float)discriminatorLoss, (float)generatorLoss,
            (float)d[2], (float)d[3], (Step - from) / taken.TotalSeconds, elapsed, remaining)
        {
            Penalty = Options.Penalty.Any ? (float)Options.Penalty.Of(d[4..]) : null,
            Classes = Preset.ClassUse is ClassUse.Auxiliary or ClassUse.SemiSupervised
                ? ClassReport.Of(d[^SoftmaxCrossEntropy.FigureCount..], Preset.GeneratesClasses) : null,
        };
        return double.IsFinite(discriminatorLoss + generatorLoss + (report.Penalty ?? 0) + (report.Classes?.Loss ?? 0))
            ? report
            : throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
                $"Training diverged at step {FirstDiverged(from)}: the discriminator's loss is {discriminatorLoss}, " +
                $"the generator's {generatorLoss}{NotFinite()}. Lower the learning rate and start again, or resume " +
                $"from an earlier checkpoint."))
            {
                Report = report,
            };
    }

    /// <summary>The first step after one that a figure of is not finite.</summary>
    private long FirstDiverged(long after)
    {
        long discriminator = discriminatorSteps[0]
            .Ring.FirstNotFinite(after * Options.BatchesPerStep, Step * Options.BatchesPerStep)
            ?? (Step * Options.BatchesPerStep);
        long generator = generatorStep.Ring.FirstNotFinite(
            after * Options.AccumulatedBatches, Step * Options.AccumulatedBatches)
            ?? (Step * Options.AccumulatedBatches);
        return Math.Min(
            ((discriminator - 1) / Options.BatchesPerStep) + 1, ((generator - 1) / Options.AccumulatedBatches) + 1);
    }

    /// <summary>Which tensor is not finite by now, to be added to a sentence.</summary>
    private string NotFinite() => Now(discriminatorFirst: true).FirstNotFinite() is { } tensor
        ? $"; by now the tensor '{tensor}' is not finite" : "";

    private void Free()
    {
        while (owned.TryPop(out IDisposable? part))
            part.Dispose();
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        owned.Push(part);
        return part;
    }
}
