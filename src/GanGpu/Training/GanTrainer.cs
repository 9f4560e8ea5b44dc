using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Objectives;
using GanGpu.Training;
using Microsoft.Extensions.Logging;

namespace GanGpu;

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

    private readonly Trainer trainer;
    private readonly IObjective objective;
    private readonly ILogger logger;

    /// <summary>
    /// Builds both training steps on a device and copies the data set there. If it is too large for the device's memory,
    /// or a callback reads it, its samples are brought there as they are needed.
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
        if (!data.Format.HasRows && Options.HorizontalFlip)
            throw new InvalidInputException($"'{data.Name}' has no pictures that could be mirrored.");
        Format = data.Format;
        logger = device.Logger;
        DataFit.Tell(logger, preset, data);
        objective = preset.Objective(Format, Options);
        trainer = new Trainer(
            device, objective, data, new(Options.BatchSize, Options.Seed, Options.AccumulatedBatches),
            objective.ReadsLabels ? preset.LabelsOf(data) : null, Generator.DeviceBytes(preset, Format), owner: this);
        try
        {
            TrainedNetwork drawn = trainer.Networks[0];
            Generator = trainer.Own(
                new Generator(device, preset, Format, Options.Latent, drawn.Optimizer.Average ?? drawn.Weights));
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
    public static void WarmUp(Device device, Preset preset, SampleFormat sample, TrainingOptions? options = null)
    {
        options ??= new TrainingOptions();
        if (options.BatchSize < 1 || options.BatchSize * sample.Shape.Size > MostWarmUpBytes)
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
            byte[] labels = [.. Enumerable.Range(0, options.BatchSize).Select(i => (byte)(i % ProbableClasses))];
            using GanTrainer trainer = new(
                device, preset,
                DataSet.Blank(sample, options.BatchSize, labels), options);
            trainer.Replay();
            trainer.trainer.Wait();
        }
        catch (Exception e)
            when (e is InvalidInputException or ArgumentException or ObjectDisposedException
                or DeviceOutOfMemoryException or ILGPU.Runtime.AcceleratorException or ILGPU.InternalCompilerException)
        {
        }
    }

    /// <summary>The generator as it is now; it follows the training and ends with the trainer.</summary>
    public Generator Generator { get; }

    /// <summary>
    /// A generator with a copy of the weights that <see cref="Generator"/> draws with, as they are between two steps: it
    /// stays as it is while the training goes on, and after the trainer was disposed.
    /// </summary>
    /// <remarks>It may be called from any thread, also while it trains. The copy lies on the same device, is the
    /// caller's to dispose, and ends with the device.</remarks>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has no memory for a second generator.</exception>
    public Generator Snapshot()
    {
        using DeviceTurn turn = trainer.Turn();
        return Generator.Copy();
    }

    /// <summary>The networks.</summary>
    public Preset Preset { get; }

    /// <summary>How it trains.</summary>
    public TrainingOptions Options { get; private set; }

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format { get; }

    /// <summary>
    /// Steps trained so far; in each the generator was updated once, and the discriminator
    /// <see cref="TrainingOptions.DiscriminatorSteps"/> times.
    /// </summary>
    public long Step => trainer.Step;

    /// <summary>When the first step trained here was done; null before.</summary>
    public DateTimeOffset? FirstStepDone { get; private set; }

    /// <summary>
    /// Steps in one pass over the data set, which each update of the discriminator takes a batch of, or several.
    /// </summary>
    public int StepsPerEpoch => Math.Max(1, trainer.Order.StepsPerEpoch / trainer.BatchesPerStep);

    /// <summary>Trainable values of all networks.</summary>
    public int ParameterCount => trainer.Networks.Sum(network => network.Weights.Parameters.Count);

    /// <summary>Bytes of device memory that it takes, all together.</summary>
    public long DeviceBytes => Memory.Total;

    /// <summary>All device memory that it takes, by what it is for.</summary>
    internal TrainingMemory Memory => trainer.Memory;

    /// <summary>What the first step issues, in order: the discriminator's updates, then the generator's.</summary>
    internal IReadOnlyList<LaunchCost> Launches => [.. trainer.UpdatesOf(0).SelectMany(update => update.Costs)];

    /// <summary>Trains for a number of epochs, from where it stands.</summary>
    /// <param name="epochs">Passes over the data set, at least 1.</param>
    /// <param name="progress">Is told a report every <see cref="TrainingOptions.ReportEvery"/> steps, and one at the
    /// end, on the thread that trains; null if nobody is to be told.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight; what was trained stays.</param>
    /// <exception cref="ArgumentOutOfRangeException">No epoch was asked for.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed, also while it trains.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">A loss is no longer a finite number.</exception>
    public Task TrainAsync(
        int epochs, IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return TrainStepsAsync((long)epochs * StepsPerEpoch, progress, cancellationToken);
    }

    /// <summary>As <see cref="TrainAsync"/>, for a number of steps.</summary>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="progress">Is told each report; null if nobody is to be told.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight; what was trained stays.</param>
    /// <inheritdoc cref="TrainAsync" path="/exception"/>
    public async Task TrainStepsAsync(
        long steps, IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        await foreach (TrainingReport report in StepReportsAsync(steps, cancellationToken).ConfigureAwait(false))
            progress?.Report(report);
    }

    /// <summary>Trains for a number of epochs, from where it stands, as its reports are asked for.</summary>
    /// <remarks>
    /// The call alone does nothing: write <c>await foreach</c>, or <see cref="TrainAsync"/>. Leaving the loop ends the
    /// training at that report.
    /// </remarks>
    /// <param name="epochs">Passes over the data set, at least 1.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight; what was trained stays.</param>
    /// <returns>A report every <see cref="TrainingOptions.ReportEvery"/> steps, and one at the end.</returns>
    /// <inheritdoc cref="TrainAsync" path="/exception"/>
    public IAsyncEnumerable<TrainingReport> ReportsAsync(int epochs, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return StepReportsAsync((long)epochs * StepsPerEpoch, cancellationToken);
    }

    /// <summary>As <see cref="ReportsAsync"/>, for a number of steps.</summary>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight; what was trained stays.</param>
    /// <returns>The reports.</returns>
    /// <inheritdoc cref="ReportsAsync" path="/remarks"/>
    /// <inheritdoc cref="TrainAsync" path="/exception"/>
    public IAsyncEnumerable<TrainingReport> StepReportsAsync(long steps, CancellationToken cancellationToken = default)
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
    /// <returns>A norm for each network, by the name that <see cref="TrainingReport.Metrics"/> has for it:
    /// "d_grad_norm", "g_grad_norm".</returns>
    public IReadOnlyDictionary<string, float> MeasureGradientNorms()
    {
        using DeviceTurn turn = trainer.Turn();
        return new TrainingMetrics(trainer.Networks.Select(network =>
            new ReportedMetric(network.Role.GradientNorm, network.Optimizer.MeasureGradientNorm())));
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
        Checkpoint checkpoint = Finite($"'{path}' stays as it was");
        checkpoint.Write(path);
        logger.Saved(checkpoint.Step, path);
    }

    /// <summary>As <see cref="Save(string)"/>, to a stream. See
    /// <see cref="Resume(Device, DataSet, Stream, Preset?)"/>.</summary>
    /// <param name="stream">Receives the checkpoint from where it stands; stays open, and need not be
    /// seekable.</param>
    /// <exception cref="TrainingDivergedException">A weight or a moment is no finite number: nothing was
    /// written.</exception>
    /// <exception cref="IOException">The stream can't be written; what it throws is passed on.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Checkpoint checkpoint = Finite("nothing was written to the stream");
        checkpoint.Write(stream);
        logger.Saved(checkpoint.Step, "a stream");
    }

    /// <summary>All that a checkpoint holds, if it can be gone on from.</summary>
    private Checkpoint Finite(string otherwise)
    {
        Checkpoint checkpoint = Now();
        return checkpoint.FirstNotFinite() is { } tensor
            ? throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
                $"Training diverged by step {checkpoint.Step}: the tensor '{tensor}' holds numbers that are not " +
                $"finite, so {otherwise}. Lower the learning rate and start again, or resume from an earlier " +
                $"checkpoint."))
            : checkpoint;
    }

    /// <summary>
    /// A trainer that goes on exactly where the saved one stood: on the same device, training 2n steps and training n,
    /// saving, resuming and training n end with the same bits.
    /// </summary>
    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="path">A file that <see cref="Save(string)"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, is of a program's own
    /// preset, or the data set is another one.</exception>
    public static GanTrainer Resume(Device device, DataSet data, string path)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Resume(device, data, Checkpoint.Open(path), $"'{path}'", path);
    }

    /// <summary>
    /// As <see cref="Resume(Device, DataSet, string)"/>, of a preset that the program has of its own.
    /// </summary>
    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="path">A file that <see cref="Save(string)"/> wrote.</param>
    /// <param name="preset">The networks that were trained; all their tensors must be in the file, by name and
    /// shape.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, the networks are others,
    /// or the data set is another one.</exception>
    public static GanTrainer Resume(Device device, DataSet data, string path, Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Resume(device, data, Checkpoint.Open(path, preset), $"'{path}'", path);
    }

    /// <summary>As <see cref="Resume(Device, DataSet, string)"/>, from a stream.</summary>
    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="stream">What <see cref="Save(Stream)"/> wrote, or the bytes of a checkpoint's file; it is read from
    /// where it stands to its end, stays open, and need not be seekable.</param>
    /// <param name="preset">The networks, if they are a program's own; null for those that the checkpoint
    /// names.</param>
    /// <exception cref="InvalidInputException">The stream can't be read, is damaged or no checkpoint, the networks are
    /// others, or the data set is another one.</exception>
    public static GanTrainer Resume(Device device, DataSet data, Stream stream, Preset? preset = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(stream);
        return Resume(device, data, Checkpoint.Open(stream, preset), Checkpoint.StreamShown, "a stream");
    }

    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set.</param>
    /// <param name="checkpoint">What to go on from.</param>
    /// <param name="source">Where that was read, at the beginning of a sentence.</param>
    /// <param name="logged">The same for the log.</param>
    private static GanTrainer Resume(
        Device device, DataSet data, Checkpoint checkpoint, string source, string logged)
    {
        if (checkpoint.DataCount == 0)
            throw new InvalidInputException(
                $"{source} holds imported weights, without what their optimiser kept: they draw samples, but can't " +
                "be trained further.");
        SampleFormat sample = data.Format;
        if (checkpoint.Sample != sample || checkpoint.DataCount != data.Count)
        {
            string encoded = checkpoint.Sample.Shape != sample.Shape || checkpoint.Sample.Encoding == sample.Encoding ? ""
                : ", whose values are encoded otherwise";
            throw new InvalidInputException(
                $"{source} was trained on {checkpoint.DataCount} samples of {checkpoint.Sample}, but '{data.Name}' " +
                $"has {data.Count} of {sample}{encoded}; resume with the data set it was trained on.");
        }

        device.Logger.Resuming(logged, checkpoint.Step);
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
    /// <param name="path">A file that <see cref="Save(string)"/> wrote in this training.</param>
    /// <param name="learningRateFactor">What both learning rates, as they are now, are multiplied by; above 0.</param>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or is of another training.</exception>
    public void RollBack(string path, double learningRateFactor = 0.5)
    {
        trainer.ThrowIfEnded();
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRateFactor);
        Checkpoint checkpoint = Checkpoint.Read(path);
        if (checkpoint.Preset != Preset.Stored || checkpoint.Sample != Format
            || checkpoint.DataCount != trainer.Order.Count || checkpoint.Options.Seed != Options.Seed)
            throw new InvalidInputException(
                $"'{path}' is of another training; a training can go back to its own checkpoints only.");
        using DeviceTurn turn = trainer.Turn();
        Load(checkpoint);
        Options = Options with
        {
            GeneratorOptimizer = Slower(Options.GeneratorOptimizer),
            DiscriminatorOptimizer = Slower(Options.DiscriminatorOptimizer),
        };
        foreach ((TrainedNetwork network, NetworkRole role) in trainer.Networks.Zip(
            Preset.Objective(Format, Options).Networks))
            network.Optimizer.SetLearningRate(role.Optimizer.LearningRate);

        OptimizerOptions Slower(OptimizerOptions optimizer) =>
            optimizer with { LearningRate = optimizer.LearningRate * learningRateFactor };
    }

    /// <summary>
    /// Ends a training that is under way, after the step in flight, and frees the device memory. Drawing from
    /// <see cref="Generator"/> ends likewise.
    /// </summary>
    public void Dispose() => trainer.Dispose();

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => trainer.DisposeAsync();

    /// <summary>The networks, the generator first, and their updates.</summary>
    internal Trainer Trainer => trainer;

    /// <summary>Issues steps without waiting for them.</summary>
    internal void Replay(long steps = 1) => trainer.Issue(Step + steps);

    /// <summary>All that a checkpoint holds, between two steps.</summary>
    /// <param name="generatorLast">What is ruined begins with the others.</param>
    private Checkpoint Now(bool generatorLast = false)
    {
        using DeviceTurn turn = trainer.Turn();
        Checkpoint now = new(Preset, Options, Format, trainer.Order.Count, Step);
        foreach (TrainedNetwork network in generatorLast ? trainer.Networks.Reverse() : trainer.Networks)
            now.Put(network.Role.Name, network.Weights, network.Optimizer);
        return now;
    }

    private void Load(Checkpoint checkpoint)
    {
        foreach (TrainedNetwork network in trainer.Networks)
            checkpoint.Get(
                network.Role.Name, network.Weights, network.Optimizer, checkpoint.Step * network.BatchesPerStep);
        trainer.MoveTo(checkpoint.Step);
    }

    private void Run(long to, CancellationToken cancellationToken)
    {
        if (FirstStepDone is null && Step < to && !cancellationToken.IsCancellationRequested)
        {
            Replay();
            trainer.Wait();
            FirstStepDone = DateTimeOffset.UtcNow;
        }

        trainer.Issue(to, cancellationToken);
        trainer.Wait();
    }

    /// <param name="from">The step that the last report of this training, or its beginning, was made at.</param>
    /// <param name="begin">The step at which this training began.</param>
    /// <param name="end">The step that it is to reach.</param>
    /// <param name="taken">Since the last report.</param>
    /// <param name="elapsed">Since the beginning.</param>
    private TrainingReport Report(long from, long begin, long end, TimeSpan taken, TimeSpan elapsed)
    {
        using DeviceTurn turn = trainer.Turn();
        // Where another thread trains as well, or rolls back, more or fewer steps are done than were asked for here.
        from = Math.Clamp(
            from, Math.Max(0, Step - (MetricsRing.Capacity / trainer.BatchesPerStep)), Math.Max(0, Step - 1));
        TimeSpan remaining = elapsed * (Math.Max(0, end - Step) / (double)Math.Max(1, Step - begin));
        IReadOnlyList<ReportedMetric> metrics = objective.Report(
            [.. trainer.Networks.Select(network =>
                network.Ring?.Means(from * network.BatchesPerStep, Step * network.BatchesPerStep) ?? [])]);
        TrainingReport report = new(
            Step, (double)Step * trainer.BatchesPerStep / trainer.Order.StepsPerEpoch, new TrainingMetrics(metrics),
            (Step - from) / taken.TotalSeconds, elapsed, remaining);
        if (metrics.All(metric => double.IsFinite(metric.Value)))
            return report;
        IEnumerable<string> losses = metrics.Where(metric => metric.Metric.Kind == MetricKind.Loss).Select(metric =>
            string.Create(CultureInfo.InvariantCulture, $"{metric.Metric.Label} is {metric.Value}"));
        throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
            $"Training diverged at step {FirstDiverged(from)}: {string.Join(", ", losses)}{NotFinite()}. Lower the " +
            $"learning rate and start again, or resume from an earlier checkpoint."))
        {
            Report = report,
        };
    }

    /// <summary>The first step after one that a figure of is not finite.</summary>
    private long FirstDiverged(long after) => trainer.Networks.Min(network =>
    {
        int batches = network.BatchesPerStep;
        long? batch = network.Ring?.FirstNotFinite(after * batches, Step * batches);
        return batch is { } first ? ((first - 1) / batches) + 1 : Step;
    });

    /// <summary>Which tensor is not finite by now, to be added to a sentence.</summary>
    private string NotFinite() => Now(generatorLast: true).FirstNotFinite() is { } tensor
        ? $"; by now the tensor '{tensor}' is not finite" : "";
}
