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
    private readonly Device device;
    private Discriminator? discriminator;

    /// <summary>
    /// Builds both training steps on a device and copies the data set there. If it is too large for the device's memory,
    /// or a callback reads it, its samples are brought there as they are needed.
    /// </summary>
    /// <param name="device">Where to train; stays the caller's.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="data">The real samples.</param>
    /// <param name="options">How to train; the article's way where it is null.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, such as a batch larger than the data set,
    /// the preset learns from classes that the data has not, or no tensor has a name that is to be frozen.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory; the message says for what, and
    /// names the largest batch that would fit.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public GanTrainer(Device device, Preset preset, DataSet data, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(data);
        Options = options ?? new TrainingOptions();
        Options = Options with { HasOwnLoss = Options.OwnLoss };
        Options.Validate(data.Count);
        Preset = preset = preset.For(data, Options);
        if (!data.Format.HasRows && Options.HorizontalFlip)
            throw new InvalidInputException($"'{data.Name}' has no pictures that could be mirrored.");
        Format = data.Format;
        this.device = device;
        logger = device.Logger;
        DataFit.Tell(logger, preset, data);
        objective = preset.Objective(Format, Options);
        trainer = new Trainer(
            device, objective, data,
            new(Options.BatchSize, Options.Seed, Options.AccumulatedBatches, (FrozenTensors)Options.Frozen),
            objective.ReadsLabels ? preset.LabelsOf(data) : null, SampleDrawer.DeviceBytes(preset, Format), owner: this)
        {
            Schedule = Options.Schedule,
        };
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
    /// is made: nothing is thrown but for an argument that is null.
    /// </summary>
    /// <param name="device">Where it will train.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample, as far as it is known: with another size a few kernels may still be
    /// missing.</param>
    /// <param name="options">How it will train.</param>
    public static void WarmUp(Device device, Preset preset, SampleFormat sample, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(sample);
        options ??= new TrainingOptions();
        if (options.BatchSize < 1 || options.BatchSize * sample.Shape.Size > MostWarmUpBytes)
            return;
        // A step is the same kernels again and again. A GPU's are chosen by the batch size, the processor's hardly.
        options = options with
        {
            AccumulatedBatches = Math.Min(options.AccumulatedBatches, 2),
            DiscriminatorSteps = Math.Min(options.DiscriminatorSteps, 1),
            Schedule = null,
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

    /// <summary>The discriminator as it is now; it follows the training and ends with the trainer.</summary>
    /// <exception cref="InvalidInputException">The preset has none, or one of several samples together.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
    public Discriminator Discriminator
    {
        get
        {
            if (Preset is not GanPreset gan)
                throw new InvalidInputException($"The preset {Preset.Summary} has no discriminator.");
            GanGpu.Discriminator.CheckPacking("the training", Options);
            using DeviceTurn turn = trainer.Turn();
            return discriminator ??= trainer.Own(new Discriminator(device, gan, Format, trainer.Networks[1].Weights));
        }
    }

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

    /// <summary>How it trains, with the learning rates and the schedule as they are now.</summary>
    public TrainingOptions Options { get; private set; }

    /// <summary>
    /// The generator's learning rate, above 0; of a <see cref="VaePreset"/> that of encoder and decoder. Set it at any
    /// moment, from any thread: the next step that is issued takes it. It is the full rate: an update takes it times
    /// the factor of <see cref="Schedule"/>, times that of <see cref="OptimizerOptions.Decay"/>. Checkpoints keep it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to no finite number above 0.</exception>
    /// <exception cref="ObjectDisposedException">It is set after the trainer or its device was disposed.</exception>
    public double GeneratorLearningRate
    {
        get => Options.GeneratorOptimizer.LearningRate;
        set => Change(Checked(value), static (options, rate) => options with
        {
            GeneratorOptimizer = options.GeneratorOptimizer with { LearningRate = rate },
        });
    }

    /// <summary>
    /// The discriminator's learning rate, as <see cref="GeneratorLearningRate"/>. A <see cref="VaePreset"/> has no
    /// discriminator: there it can't be set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to no finite number above 0.</exception>
    /// <exception cref="InvalidInputException">It is set where there is no discriminator.</exception>
    /// <exception cref="ObjectDisposedException">It is set after the trainer or its device was disposed.</exception>
    public double DiscriminatorLearningRate
    {
        get => Options.DiscriminatorOptimizer.LearningRate;
        set
        {
            Checked(value);
            if (Preset is not GanPreset)
                throw new InvalidInputException(
                    "This preset has no discriminator, whose learning rate could be set; set that of the generator.");
            Change(value, static (options, rate) => options with
            {
                DiscriminatorOptimizer = options.DiscriminatorOptimizer with { LearningRate = rate },
            });
        }
    }

    /// <summary>
    /// The factor on both learning rates, see <see cref="TrainingOptions.Schedule"/>; null for none. Set it at any
    /// moment, from any thread: the next step that is issued takes it. A checkpoint does not keep it, so set it again
    /// after <see cref="Resume(Device, DataSet, string, Preset, Func{TrainingOptions, TrainingOptions})"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It is set after the trainer or its device was disposed.</exception>
    public Func<long, double>? Schedule
    {
        get => Options.Schedule;
        set
        {
            using DeviceTurn turn = trainer.Turn();
            Options = Options with { Schedule = value };
            trainer.Schedule = value;
        }
    }

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format { get; }

    /// <summary>
    /// Where the weights came from that the training began with, see <see cref="FineTune"/>: a file's name, the step it
    /// was of, and its SHA-256. Null where they were drawn. Checkpoints keep it.
    /// </summary>
    public string? FineTunedFrom { get; private set; }

    /// <summary>
    /// Steps trained so far; in each the generator was updated once, and the discriminator
    /// <see cref="TrainingOptions.DiscriminatorSteps"/> times. Where a program updates the networks apart these are the
    /// generator's updates: <see cref="StepGenerator"/> counts one, and <see cref="StepDiscriminator"/> none.
    /// </summary>
    public long Step => trainer.Step;

    /// <summary>When the first step trained here was done; null before.</summary>
    public DateTimeOffset? FirstStepDone { get; private set; }

    /// <summary>
    /// Steps in one pass over the data set, which each update of the discriminator takes a batch of, or several.
    /// </summary>
    public int StepsPerEpoch => Math.Max(1, trainer.Order.StepsPerEpoch / trainer.BatchesPerStep);

    /// <summary>Trainable values of all networks, frozen ones included.</summary>
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
    /// <exception cref="InvalidInputException">The schedule gives no factor, or a callback of the data a value out of
    /// its range.</exception>
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
    /// Updates the discriminator once, and nothing else, with the next batch of the data, or several where they are
    /// accumulated. For programs that decide themselves how often each network is updated:
    /// <see cref="TrainingOptions.DiscriminatorSteps"/> calls and one of <see cref="StepGenerator"/> are a step, to the
    /// bit.
    /// </summary>
    /// <remarks>
    /// Each network counts its own updates. They decide which batch and which noise an update takes, what a decay of
    /// the learning rate makes of it, and whether it has a penalty: every <see cref="PenaltyOptions.Interval"/>-th of
    /// the discriminator has one. <see cref="TrainAsync"/> goes on from both counts, and checkpoints keep them.
    /// </remarks>
    /// <returns>What this update said. Metrics are those of the discriminator alone, the time is that of the update,
    /// and its steps per second are updates.</returns>
    /// <exception cref="InvalidInputException">One update trains all networks of the preset, as of a
    /// <see cref="VaePreset"/>, or the schedule gives no factor.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a finite number.</exception>
    public TrainingReport StepDiscriminator() => StepAlone("discriminator");

    /// <summary>As <see cref="StepDiscriminator"/>, for the generator: <see cref="Step"/> counts it.</summary>
    /// <returns>What this update said. Metrics are those of the generator alone, the time is that of the update, and
    /// its steps per second are updates.</returns>
    /// <inheritdoc cref="StepDiscriminator" path="/exception"/>
    public TrainingReport StepGenerator() => StepAlone("generator");

    /// <summary>
    /// Measures the Euclidean norms of all gradients of the latest update of each network, before they were limited.
    /// Waits for the device, so it is not done with each report.
    /// </summary>
    /// <returns>A norm for each network, by the name that <see cref="TrainingReport.Metrics"/> has for it:
    /// "d_grad_norm", "g_grad_norm".</returns>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
    public IReadOnlyDictionary<string, float> MeasureGradientNorms()
    {
        using DeviceTurn turn = trainer.Turn();
        return new TrainingMetrics(trainer.Networks.Select(network =>
            new ReportedMetric(network.Role.GradientNorm, network.Optimizer.MeasureGradientNorm())));
    }

    /// <summary>Sets a weight of a loss of the program's own, from the next step on.</summary>
    /// <param name="name">What <see cref="Networks.LossTerms.Weight"/> was told.</param>
    /// <param name="value">A finite number.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidInputException">No loss has such a weight, or the number is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
    public void SetLossWeight(string name, float value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!float.IsFinite(value))
            throw new InvalidInputException(
                FormattableString.Invariant($"The weight '{name}' of a loss can't be {value}."));
        using DeviceTurn turn = trainer.Turn();
        bool found = false;
        foreach (WeightArena weights in trainer.Networks.Select(network => network.Weights))
        {
            if (weights.Parameters.FindState(Networks.LossTerms.StateName(name)) is { } weight)
            {
                weights.States.CopyFrom([value], weights.Slices[weight].Offset);
                found = true;
            }
        }

        if (!found)
            throw new InvalidInputException($"No loss of this training has a weight '{name}'.");
    }

    /// <summary>
    /// Writes everything that training needs to go on: weights, moments, step, settings. See
    /// <see cref="Resume(Device, DataSet, string, Preset, Func{TrainingOptions, TrainingOptions})"/>.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced only once the new one is complete. Folders above it
    /// are made.</param>
    /// <exception cref="ArgumentException">The path is empty or has a null character.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
    /// <exception cref="TrainingDivergedException">A weight or a moment is no finite number: a checkpoint that is there
    /// may be the last good one, and stays.</exception>
    /// <exception cref="IOException">The file can't be written; one that was there stays.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file or its folder is denied; one that was there
    /// stays.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Checkpoint checkpoint = Finite($"'{path}' stays as it was");
        checkpoint.Write(path);
        logger.Saved(checkpoint.Step, path);
    }

    /// <summary>As <see cref="Save(string)"/>, to a stream. See
    /// <see cref="Resume(Device, DataSet, Stream, Preset, Func{TrainingOptions, TrainingOptions})"/>.</summary>
    /// <param name="stream">Receives the checkpoint from where it stands; stays open, and need not be
    /// seekable.</param>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
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
    /// <param name="preset">The networks that were trained, if they are a program's own: all their tensors must be in
    /// the file, by name and shape. Null for those that the file names.</param>
    /// <param name="with">What is different from the options in the file, such as losses of the program's own, which a
    /// file can't keep: <c>options => options with { GeneratorLoss = loss }</c>. Null for nothing.</param>
    /// <exception cref="ArgumentException">The path is empty, or <paramref name="with"/> gives null.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, the networks are others,
    /// the data set is another one, an option is out of its range, or losses of the program's own are
    /// missing.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static GanTrainer Resume(
        Device device, DataSet data, string path, Preset? preset = null,
        Func<TrainingOptions, TrainingOptions>? with = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Resume(device, data, Checkpoint.Open(path, preset), with, ($"'{path}'", path));
    }

    /// <summary>As the other, from a stream.</summary>
    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="stream">What <see cref="Save(Stream)"/> wrote, or the bytes of a checkpoint's file; it is read from
    /// where it stands to its end, stays open, and need not be seekable.</param>
    /// <param name="preset">The networks, if they are a program's own; null for those that the checkpoint
    /// names.</param>
    /// <param name="with">What is different from the options in the checkpoint; null for nothing.</param>
    /// <exception cref="ArgumentException"><paramref name="with"/> gives null.</exception>
    /// <exception cref="InvalidInputException">The stream can't be read, is damaged or no checkpoint, the networks are
    /// others, the data set is another one, an option is out of its range, or losses of the program's own are
    /// missing.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static GanTrainer Resume(
        Device device, DataSet data, Stream stream, Preset? preset = null,
        Func<TrainingOptions, TrainingOptions>? with = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(stream);
        return Resume(device, data, Checkpoint.Open(stream, preset), with, (Checkpoint.StreamShown, "a stream"));
    }

    /// <param name="device">Where to train.</param>
    /// <param name="data">The data set.</param>
    /// <param name="checkpoint">What to go on from.</param>
    /// <param name="with">What is different from its options.</param>
    /// <param name="source">Where it was read, at the beginning of a sentence and in the log.</param>
    private static GanTrainer Resume(
        Device device, DataSet data, Checkpoint checkpoint, Func<TrainingOptions, TrainingOptions>? with,
        (string Shown, string Logged) source)
    {
        TrainingOptions options = with is null ? checkpoint.Options : with(checkpoint.Options)
            ?? throw new ArgumentException("The options are null.", nameof(with));
        if (checkpoint.Options.HasOwnLoss && !options.OwnLoss)
            throw new InvalidInputException(
                $"{source.Shown} was trained with a loss of the program's own, which no file keeps: give it again, as " +
                "in GanTrainer.Resume(…, with: options => options with { GeneratorLoss = loss }).");
        if (checkpoint.DataCount == 0)
            throw new InvalidInputException(
                $"{source.Shown} holds imported weights, without what their optimiser kept: they draw samples, and a " +
                "new training can begin with them, but they can't be resumed.");
        SampleFormat sample = data.Format;
        if (checkpoint.Sample != sample || checkpoint.DataCount != data.Count)
        {
            string encoded = checkpoint.Sample.Shape != sample.Shape || checkpoint.Sample.Encoding == sample.Encoding ? ""
                : ", whose values are encoded otherwise";
            throw new InvalidInputException(
                $"{source.Shown} was trained on {checkpoint.DataCount} samples of {checkpoint.Sample}, but '{data.Name}' " +
                $"has {data.Count} of {sample}{encoded}; resume with the data set it was trained on.");
        }

        device.Logger.Resuming(source.Logged, checkpoint.Step);
        GanTrainer trainer = new(device, checkpoint.Preset, data, options);
        try
        {
            trainer.Load(checkpoint);
            trainer.FineTunedFrom = checkpoint.FineTunedFrom;
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A new training that begins with the weights of another, or with imported ones: on other data, with other options,
    /// with layers frozen, see <see cref="TrainingOptions.Frozen"/>. Steps, the optimizers' moments and averages begin
    /// anew.
    /// </summary>
    /// <remarks>
    /// Of a network whose moving average the file has, the average is taken, as samples are drawn with it: the generator
    /// begins with the samples that <see cref="Generator.Load(Device, string, Preset)"/> draws. A network that the file has not,
    /// such as the discriminator where a generator alone was imported, begins with drawn weights.
    /// </remarks>
    /// <param name="device">Where to train; stays the caller's.</param>
    /// <param name="data">The real samples, of the size that the file's networks have. Networks that know classes take
    /// at most as many as they know.</param>
    /// <param name="path">A file that <see cref="Save(string)"/> wrote, or an import.</param>
    /// <param name="preset">The networks, where they are a program's own; null for those that the file names.</param>
    /// <param name="options">How to train; as the file says if it is null.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, the networks or samples
    /// are others, the data have more classes or none, or an option is out of its range.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static GanTrainer FineTune(
        Device device, DataSet data, string path, Preset? preset = null, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Checkpoint checkpoint = Checkpoint.Open(path, preset);
        if (checkpoint.Sample != data.Format)
            throw new InvalidInputException(
                $"The networks of '{path}' are for samples of {checkpoint.Sample}, and '{data.Name}' has " +
                $"{data.Format}; bring the data to that size.");
        if (options is null && checkpoint.Options.HasOwnLoss)
            throw new InvalidInputException(
                $"'{path}' was trained with a loss of the program's own, which no file keeps: give options with it, or " +
                "with another.");
        GanTrainer trainer = new(device, checkpoint.Preset, data, options ?? checkpoint.Options);
        try
        {
            trainer.Begin(checkpoint, WeightSource.Of(path, checkpoint));
            device.Logger.FineTuning(path, checkpoint.Step);
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
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0.</exception>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or is of another training.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its device was disposed.</exception>
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
        TakeLearningRates();

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
        Checkpoint now = new(Preset, Options, Format, trainer.Order.Count, Step) { FineTunedFrom = FineTunedFrom };
        foreach (TrainedNetwork network in generatorLast ? trainer.Networks.Reverse() : trainer.Networks)
        {
            now.Put(network.Role.Name, network.Weights, network.Optimizer);
            if (network.Updates != Step * network.UpdatesPerStep)
                now.PutUpdates(network.Role.Name, network.Updates);
        }

        return now;
    }

    private void Begin(Checkpoint checkpoint, string source)
    {
        foreach (TrainedNetwork network in trainer.Networks)
        {
            if (checkpoint.Begin(network.Role.Name, network.Weights))
                network.Optimizer.BeginAverage();
        }

        FineTunedFrom = source;
    }

    private void Load(Checkpoint checkpoint)
    {
        foreach (TrainedNetwork network in trainer.Networks)
        {
            long updates = checkpoint.UpdatesOf(network.Role.Name) ?? checkpoint.Step * network.UpdatesPerStep;
            checkpoint.Get(
                network.Role.Name, network.Weights, network.Optimizer, updates * network.BatchesPerUpdate);
            network.Updates = updates;
        }

        trainer.Realign();
    }

    private static double Checked(double rate, [CallerMemberName] string? name = null) =>
        rate > 0 && float.IsFinite((float)rate) ? rate
            : throw new ArgumentOutOfRangeException(name, rate, "A learning rate is a finite number above 0.");

    private void Change(double rate, Func<TrainingOptions, double, TrainingOptions> change)
    {
        using DeviceTurn turn = trainer.Turn();
        Options = change(Options, rate);
        TakeLearningRates();
    }

    /// <summary>Has the device take the learning rates that the options say.</summary>
    private void TakeLearningRates()
    {
        foreach ((TrainedNetwork network, NetworkRole role) in trainer.Networks.Zip(
            Preset.Objective(Format, Options).Networks))
            network.Optimizer.SetLearningRate(role.Optimizer.LearningRate);
    }

    private TrainingReport StepAlone(string name)
    {
        if (Preset is not GanPreset)
            throw new InvalidInputException(
                "The networks of this preset are trained together, by one update, so none of them can be updated " +
                "alone; call TrainAsync.");
        TrainedNetwork network = trainer.Networks.Single(network => network.Role.Name == name);
        using DeviceTurn turn = trainer.Turn();
        long started = Stopwatch.GetTimestamp();
        trainer.IssueAlone(network);
        trainer.Wait();
        FirstStepDone ??= DateTimeOffset.UtcNow;
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        IReadOnlyList<ReportedMetric> metrics = objective.Report(
            [.. trainer.Networks.Select(each => each == network ? LatestMeans(each, each.BatchesPerUpdate) : [])]);
        TrainingReport report = ReportOf(metrics, 1 / taken.TotalSeconds, taken, TimeSpan.Zero);
        ThrowIfDiverged(report, metrics, () => Step);
        logger.Reported(report);
        return report;
    }

    /// <summary>The means of what the latest batches of a network reported; empty where it reports nothing.</summary>
    private static double[] LatestMeans(TrainedNetwork network, long batches)
    {
        long from = Math.Max(0, network.Batches - batches);
        return network.Ring is { } ring && from < network.Batches ? ring.Means(from, network.Batches) : [];
    }

    private TrainingReport ReportOf(
        IReadOnlyList<ReportedMetric> metrics, double pace, TimeSpan elapsed, TimeSpan remaining) => new(
            Step, (double)trainer.Reader.Batches / trainer.Order.StepsPerEpoch, new TrainingMetrics(metrics), pace,
            elapsed, remaining);

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
            [.. trainer.Networks.Select(network => LatestMeans(network, (Step - from) * network.BatchesPerStep))]);
        TrainingReport report = ReportOf(metrics, (Step - from) / taken.TotalSeconds, elapsed, remaining);
        ThrowIfDiverged(report, metrics, () => FirstDiverged(from));
        return report;
    }

    private void ThrowIfDiverged(TrainingReport report, IReadOnlyList<ReportedMetric> metrics, Func<long> when)
    {
        if (metrics.All(metric => double.IsFinite(metric.Value)))
            return;
        IEnumerable<string> losses = metrics.Where(metric => metric.Metric.Kind == MetricKind.Loss).Select(metric =>
            string.Create(CultureInfo.InvariantCulture, $"{metric.Metric.Label} is {metric.Value}"));
        throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
            $"Training diverged at step {when()}: {string.Join(", ", losses)}{NotFinite()}. Lower the " +
            $"learning rate and start again, or resume from an earlier checkpoint."))
        {
            Report = report,
        };
    }

    /// <summary>The first step after one that a figure of is not finite.</summary>
    private long FirstDiverged(long after) => trainer.Networks.Min(network =>
    {
        int batches = network.BatchesPerStep;
        long from = Math.Max(0, network.Batches - ((Step - after) * batches));
        long? batch = network.Ring?.FirstNotFinite(from, network.Batches);
        return batch is { } first ? after + ((first - from - 1) / batches) + 1 : Step;
    });

    /// <summary>Which tensor is not finite by now, to be added to a sentence.</summary>
    private string NotFinite() => Now(generatorLast: true).FirstNotFinite() is { } tensor
        ? $"; by now the tensor '{tensor}' is not finite" : "";
}
