using System.Diagnostics;
using System.Globalization;
using GanGpu.Presets;
using GanGpu.Runs;
using GanGpu.Training;

namespace GanGpu;

/// <summary>
/// A training with a folder: it keeps figures as they come, pictures of samples and checkpoints at intervals and at every
/// end, the best checkpoint, and goes back to it if it is asked to. Its folder holds:
/// <list type="table">
/// <item><term>settings.json</term><description>what it was started with</description></item>
/// <item><term>metrics.jsonl</term><description>a line for each report; figures that are no finite number are the texts
/// "NaN", "Infinity", "-Infinity"</description></item>
/// <item><term>checkpoint.safetensors</term><description>the training's state, see
/// <see cref="GanTrainer.Save(string)"/></description></item>
/// <item><term>best.safetensors</term><description>the checkpoint whose samples were best, where that is
/// measured</description></item>
/// <item><term>samples/step-000000.png</term><description>a grid of samples, of the same latent vectors at every
/// step</description></item>
/// <item><term>samples.png</term><description>the latest of them</description></item>
/// <item><term>training.webp</term><description>all of them as a film</description></item>
/// <item><term>loss.png, quality.png</term><description>the figures as curves</description></item>
/// <item><term>tensorboard/</term><description>figures and grids as events for TensorBoard, where that was asked
/// for</description></item>
/// <item><term>report.html</term><description>all of it on one page</description></item>
/// </list>
/// Pictures are there if <see cref="RunOptions.Pictures"/> can draw them.
/// </summary>
/// <remarks>
/// Nothing is written before <see cref="TrainAsync"/>: whatever was asked for is known to work by then. Not safe for use
/// from several threads at once, but for <see cref="RequestSave"/>. Dispose after the training has ended.
/// </remarks>
public sealed class TrainingRun : IDisposable
{
    /// <summary>The device counts steps in 32 bits.</summary>
    private const long MostSteps = uint.MaxValue;

    /// <summary>A training that needs more of them has another fault than its learning rates.</summary>
    private const int MostRollBacks = 3;

    /// <summary>Long intervals between samples are no reason to lose hours of training with the power.</summary>
    private static readonly TimeSpan LongestUnsaved = TimeSpan.FromMinutes(1);

    private readonly Device device;
    private readonly GanTrainer trainer;
    private readonly DataSet data;
    private readonly RunOptions options;
    private readonly bool resumes;
    private readonly QualityWatch? watch;
    private readonly ClassWatch? classWatch;
    private readonly double variance;
    private readonly Stopwatch clock = new(), training = new(), unsaved = new(), watching = new();
    private RunSettings settings;
    private RunFolder? opened;
    private HealthMonitor health = new();
    private int rollBacks, saveRequested;

    /// <summary>The step of the checkpoint in the folder; null if it is of no use to go on from.</summary>
    private long? savedStep, rolledBackFrom;

    private TrainingRun(
        Device device, GanTrainer trainer, DataSet data, string path, RunSettings settings, RunOptions options,
        bool resumes, bool stepsInAll)
    {
        (this.device, this.trainer, this.data, this.options, this.resumes) = (device, trainer, data, options, resumes);
        this.settings = settings;
        FolderPath = path;
        try
        {
            options.Pictures?.Check(trainer.Generator.GridSize, trainer.Format);
            Steps = StepsOf(trainer, options) - (stepsInAll ? trainer.Step : 0);
            SampleEvery = options.SampleEvery ?? (resumes ? settings.SampleEvery
                : DefaultSampleEvery(trainer.Preset, Steps, trainer.Options.ReportEvery));
            CheckAtLeastOne(SampleEvery, nameof(RunOptions.SampleEvery));
            CheckAtLeastOne(options.KeepCheckpoints ?? 1, nameof(RunOptions.KeepCheckpoints));
            FirstStep = trainer.Step;
            savedStep = trainer.Step > 0 ? trainer.Step : null;
            variance = data.Count < 2 ? 0 : HealthMonitor.Variance(data);
            watch = settings.Best is { } measure
                ? new QualityWatch(measure, device, data, options.HeldOut, path) : null;
            classWatch = ClassWatch.Fits(data) ? new ClassWatch(device, data) : null;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a new run.</summary>
    /// <param name="device">Where to train; stays the caller's.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="data">The real samples.</param>
    /// <param name="path">The run's folder, which must not be there, or be empty.</param>
    /// <param name="training">How to train; if it is null, as the file of
    /// <see cref="RunOptions.From"/> says, or the preset's recipe.</param>
    /// <param name="run">What the run does besides.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No step, or no epoch, is asked for.</exception>
    /// <exception cref="InvalidInputException">An option is out of its range or does not fit the data, the file of
    /// <see cref="RunOptions.From"/> can't be begun with, or the folder holds something.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static TrainingRun Start(
        Device device, Preset preset, DataSet data, string path, TrainingOptions? training = null,
        RunOptions? run = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        RunFolder.CheckFree(path);
        run ??= new RunOptions();
        return Start(device, preset, data, path, SettingsOf(preset, data, training ?? Recipe(preset, run), run), run);
    }

    /// <summary>As the other, for a folder that is free, or will be by the time it is opened.</summary>
    internal static TrainingRun Start(
        Device device, Preset preset, DataSet data, string path, RunSettings settings, RunOptions run) => new(
        device, run.From is { } from ? GanTrainer.FineTune(device, data, from, preset, settings.Options)
            : new GanTrainer(device, preset, data, settings.Options), data, path, settings, run, resumes: false,
        stepsInAll: false);

    /// <summary>Prepares to go on with a run for more steps.</summary>
    /// <remarks>
    /// A schedule of learning rates is no part of a run's folder: set <see cref="GanTrainer.Schedule"/> of
    /// <see cref="Trainer"/> again.
    /// </remarks>
    /// <param name="device">Where to train; stays the caller's.</param>
    /// <param name="data">The data set that it was trained on.</param>
    /// <param name="path">The run's folder.</param>
    /// <param name="run">How many more steps; of the rest what a run may change: intervals, TensorBoard and the
    /// checkpoints that are kept.</param>
    /// <param name="own">The preset, if it is one of the program's own, which a folder can't hold; else null.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No step, or no epoch, is asked for.</exception>
    /// <exception cref="InvalidInputException">The folder holds no run, or one whose checkpoint is damaged, the data or
    /// the networks are others, or an option is out of its range.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static TrainingRun Resume(
        Device device, DataSet data, string path, RunOptions? run = null, Preset? own = null)
    {
        run ??= new RunOptions();
        return Resume(device, data, path, run, own, stepsInAll: false);
    }

    /// <summary>
    /// Prepares to go on with the run in a folder if it is the same and not finished, or to start it there: whoever calls
    /// this again after an interruption loses nothing.
    /// </summary>
    /// <inheritdoc cref="Start(Device, Preset, DataSet, string, TrainingOptions, RunOptions)"/>
    /// <exception cref="InvalidInputException">An option is out of its range, or the folder holds another run or
    /// something else.</exception>
    public static TrainingRun StartOrResume(
        Device device, Preset preset, DataSet data, string path, TrainingOptions? training = null,
        RunOptions? run = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        run ??= new RunOptions();
        training ??= Recipe(preset, run);
        RunSettings settings = SettingsOf(preset, data, training, run);
        if (EarlierRun.In(path, settings) is not null)
            return Resume(device, data, path, run, preset, stepsInAll: true, training.Schedule);
        RunFolder.CheckFree(path);
        return Start(device, preset, data, path, settings, run);
    }

    /// <summary>As the other; a run whose steps are asked for in all is known to be of the same data.</summary>
    internal static TrainingRun Resume(
        Device device, DataSet data, string path, RunOptions run, Preset? preset, bool stepsInAll,
        Func<long, double>? schedule = null)
    {
        RunSettings settings = RunFolder.ReadSettings(path);
        string checkpoint = RunFolder.FindCheckpoint(path);
        GanTrainer trainer = settings.Preset is OwnPreset && preset is not null
            ? GanTrainer.Resume(device, data, checkpoint, preset) : GanTrainer.Resume(device, data, checkpoint);
        try
        {
            trainer.Schedule = schedule;
            if (!stepsInAll)
                settings.CheckSameData(data, path, run.Data ?? settings.Data);
        }
        catch
        {
            trainer.Dispose();
            throw;
        }

        return new TrainingRun(device, trainer, data, path, settings, run, resumes: true, stepsInAll);
    }

    /// <summary>All that decides how a training goes; its sessions are to be filled in.</summary>
    internal static RunSettings SettingsOf(Preset preset, DataSet data, TrainingOptions training, RunOptions run) =>
        new()
        {
            Preset = preset.For(data, training),
            Options = training,
            FineTunedFrom = run.From is { } from ? WeightSource.Of(from) : null,
            Data = run.Data is { } source ? DataSource.FullName(source) : data.Name,
            Images = run.Images,
            DataCount = data.Count,
            DataSha256 = run.Data is { } drawn && RunSettings.IsDrawn(drawn) ? null : RunSettings.ChecksumOf(data),
            ClassNames = data.ClassNames,
            Sample = data.Format,
            SampleEvery = 0,
            Sessions = [],
            Best = run.Best,
            RollBack = run.RollBack ? true : null,
            TensorBoard = run.TensorBoard ? true : null,
            KeepCheckpoints = run.KeepCheckpoints,
        };

    /// <summary>How a run is trained unless it is told.</summary>
    private static TrainingOptions Recipe(Preset preset, RunOptions run) =>
        run.From is { } from ? Checkpoint.Read(from).Options : preset.Recipe;

    /// <summary>The trainer, whose generator draws samples while it trains; it ends with the run.</summary>
    public GanTrainer Trainer => trainer;

    /// <summary>The run's folder.</summary>
    public string FolderPath { get; }

    /// <summary>Steps that <see cref="TrainAsync"/> trains; 0 or less if the run is finished.</summary>
    public long Steps { get; }

    /// <summary>Steps from one picture of samples to the next.</summary>
    public long SampleEvery { get; }

    /// <summary>The step it begins at.</summary>
    public long FirstStep { get; }

    /// <summary>The step it is to end at.</summary>
    public long LastStep => checked(FirstStep + Steps);

    /// <summary>The step whose samples were best so far, and their figure; null if none was measured.</summary>
    public (long Step, QualityReport Quality)? Best { get; private set; }

    /// <summary>The classes of the latest samples; null if they are not told.</summary>
    public ClassShares? Classes { get; private set; }

    /// <summary>Time spent, pictures and checkpoints included.</summary>
    public TimeSpan Elapsed => clock.Elapsed;

    /// <summary>Steps trained in this session.</summary>
    public long Trained => trainer.Step - FirstStep;

    /// <summary>Pictures and checkpoints aside.</summary>
    public double StepsPerSecond => Trained / Math.Max(1e-9, training.Elapsed.TotalSeconds);

    /// <summary>The run's folder, once it is opened.</summary>
    internal RunFolder Folder => opened ?? throw new InvalidOperationException("The run has not begun.");

    /// <summary>Asks for a checkpoint with the next report; from any thread.</summary>
    public void RequestSave() => Volatile.Write(ref saveRequested, 1);

    /// <summary>Ends the writing, and frees the trainer's device memory.</summary>
    public void Dispose()
    {
        opened?.Dispose();
        watch?.Dispose();
        classWatch?.Dispose();
        trainer.Dispose();
    }

    /// <summary>Makes the folder, or opens that of the run which is resumed; the first time it is called.</summary>
    internal void Open()
    {
        if (opened is not null)
            return;
        RunSession session = RunSession.Of(device, trainer.Step, LastStep);
        settings = settings with { SampleEvery = SampleEvery, Sessions = [session] };
        opened = resumes ? RunFolder.Resume(FolderPath, session, options.TensorBoard, options.KeepCheckpoints)
            : RunFolder.Create(FolderPath, settings);
        Best = BestOf(opened, watch);
    }

    private static void CheckAtLeastOne(long value, string name)
    {
        if (value < 1)
            throw new InvalidInputException(
                FormattableString.Invariant($"The option {name} of a run must be at least 1, not {value}."));
    }

    /// <summary>Steps that are asked for.</summary>
    internal static long StepsOf(GanTrainer trainer, RunOptions options)
    {
        long asked = options.Steps ?? (long)(options.Epochs ?? trainer.Preset.Epochs) * trainer.StepsPerEpoch,
            possible = MostSteps - trainer.Step;
        ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(options));
        return asked <= possible ? asked
            : throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"A run can have {MostSteps} steps; {possible} are left to this one, and {asked} were asked for."));
    }

    /// <summary>As many pictures as the preset's runs have, at steps that reports come at as well.</summary>
    internal static long DefaultSampleEvery(Preset preset, long steps, int reportEvery)
    {
        long every = Math.Max(1, (steps + preset.Grids - 1) / preset.Grids);
        return every <= reportEvery ? every : (every + reportEvery - 1) / reportEvery * reportEvery;
    }

    /// <summary>Trains, and keeps the folder up to date.</summary>
    /// <param name="progress">Is told each report after it was written, on the thread that trains; may be null.</param>
    /// <param name="cancellationToken">Ends the training after the steps in flight, with everything saved.</param>
    /// <exception cref="InvalidInputException">The folder can't be made or opened, or is in use by another training; a
    /// picture can't be written; the schedule gives no factor, or a callback of the data a value out of its
    /// range.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The run, its trainer or its device was disposed, also while it
    /// trains.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was trained is saved.</exception>
    /// <exception cref="TrainingDivergedException">A loss is no longer a finite number; the message names the last good
    /// checkpoint.</exception>
    /// <exception cref="IOException">Something can't be written; the checkpoint is saved if that can be.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public async Task TrainAsync(
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Steps <= 0)
            return;
        Open();
        RunFolder folder = Folder;
        using RunRecords records = new(folder, trainer.Options, trainer.Step, options.Pictures);
        clock.Start();
        try
        {
            // A run that diverges at once has something to go back to, too.
            if (trainer.Step == 0)
                Save(records);
            while (trainer.Step < LastStep)
            {
                try
                {
                    await TrainUntilAsync(
                        Math.Min(LastStep, ((trainer.Step / SampleEvery) + 1) * SampleEvery), records, progress,
                        cancellationToken).ConfigureAwait(false);
                    Save(records);
                }
                catch (TrainingDivergedException) when (settings.RollBack == true && rollBacks < MostRollBacks)
                {
                    RollBack(Best is null ? folder.CheckpointPath : folder.BestPath, records);
                    continue;
                }

                // What is saved by now has collapsed too, so only a better one is worth going back to.
                if (settings.RollBack == true && rollBacks < MostRollBacks && health.Diagnosis == Diagnosis.ModeCollapse
                    && Best?.Step < trainer.Step)
                    RollBack(folder.BestPath, records);
            }
        }
        catch (OperationCanceledException)
        {
            Save(records);
            records.End(RunState.Stopped, trainer.Step, Best?.Step);
            throw;
        }
        catch (TrainingDivergedException e)
        {
            if (e.Report is { } report)
            {
                folder.Append(report with { Elapsed = Elapsed });
                records.Report(report);
            }

            string message = rollBacks == 0 ? e.Message
                : FormattableString.Invariant(
                    $"{e.Message} It had gone back {rollBacks} times, each time to half the learning rates.");
            if (savedStep is { } last)
                message = FormattableString.Invariant(
                    $"{message} The last good checkpoint is of step {last}: {folder.CheckpointPath}.");
            records.End(RunState.Diverged, trainer.Step, Best?.Step, message);
            throw new TrainingDivergedException(message, e);
        }
        catch (Exception e) when (e is not (DeviceOutOfMemoryException or ILGPU.Runtime.AcceleratorException))
        {
            // Whatever went wrong, the training itself did not; what it has learnt is not to be lost with a picture
            // that can't be written.
            SaveWhatThereIs();
            throw;
        }

        records.End(RunState.Done, trainer.Step, Best?.Step);
        clock.Stop();
    }

    private void RollBack(string checkpoint, RunRecords records)
    {
        training.Stop();
        rolledBackFrom = trainer.Step;
        trainer.RollBack(checkpoint);
        Folder.CutBack(trainer.Step);
        Folder.SaveCheckpoint(trainer);
        savedStep = trainer.Step;
        records.RollBack(trainer.Step);
        health = new HealthMonitor();
        rollBacks++;
    }

    private async Task TrainUntilAsync(
        long stop, RunRecords records, IProgress<TrainingReport>? progress, CancellationToken cancellation)
    {
        training.Start();
        await foreach (
            TrainingReport part in trainer.StepReportsAsync(stop - trainer.Step, cancellation).ConfigureAwait(false))
        {
            // The trainer knows only the part up to the next samples; the times are those of the session.
            TrainingReport normed = part.With(trainer.MeasureGradientNorms());
            if (part.Step == stop && TellClasses(cancellation) is { } classes)
            {
                normed = normed with { Shares = Classes = classes };
                health.Observe(classes);
            }

            TrainingReport report = normed with
            {
                Elapsed = Elapsed,
                Remaining = Elapsed * ((double)(LastStep - part.Step) / Math.Max(1, Trained)),
                Diagnosis = health.Observe(normed),
                RolledBackFrom = rolledBackFrom,
            };
            rolledBackFrom = null;
            if (watch is not null && part.Step == stop)
                report = report with { Quality = Measure(watch, cancellation) };
            Folder.Append(report);
            records.Report(report);
            progress?.Report(report);
            if ((unsaved.Elapsed >= LongestUnsaved || Interlocked.Exchange(ref saveRequested, 0) != 0) && part.Step < stop)
            {
                training.Stop();
                SaveCheckpoint(Draw());
                training.Start();
            }
        }

        training.Stop();
    }

    /// <summary>Measures the generator, and keeps what is better than all before.</summary>
    private QualityReport Measure(QualityWatch quality, CancellationToken cancellation)
    {
        training.Stop();
        QualityReport report = new(quality.Measure, quality.Of(trainer.Generator, cancellation));
        if (quality.IsBetter(report.Figure, Best?.Quality.Figure))
        {
            Folder.SaveBest(trainer);
            Best = (trainer.Step, report);
        }

        training.Start();
        return report;
    }

    /// <summary>
    /// The classes of the generator's samples. At most a tenth of the time goes into it, but for the end's.
    /// </summary>
    private ClassShares? TellClasses(CancellationToken cancellation)
    {
        if (classWatch is null || (trainer.Step < LastStep && watching.Elapsed > Elapsed / 10))
            return null;
        training.Stop();
        watching.Start();
        ClassShares? classes = classWatch.Of(trainer.Generator, cancellation);
        watching.Stop();
        training.Start();
        return classes;
    }

    /// <summary>What a run that is gone on with has measured before.</summary>
    private static (long, QualityReport)? BestOf(RunFolder folder, QualityWatch? watch)
    {
        (long Step, QualityReport Quality)? best = null;
        if (watch is null)
            return best;
        foreach (TrainingReport report in folder.ReadReports())
        {
            if (report.Quality is { } quality && quality.Measure == watch.Measure
                && watch.IsBetter(quality.Figure, best?.Quality.Figure))
                best = (report.Step, quality);
        }

        return best;
    }

    private void Save(RunRecords records)
    {
        SampleBatch samples = Draw();
        if (variance > 0)
            health.Observe(samples, variance);
        SaveCheckpoint(samples);
        Folder.KeepCheckpoint(trainer.Step);
        records.Samples(trainer.Step, trainer.Generator, samples, data);
    }

    /// <summary>The same latent vectors every time, so that the grids of a run make a film.</summary>
    private SampleBatch Draw() => trainer.Generator.Sample(trainer.Generator.GridSize);

    /// <summary>
    /// Replaces the checkpoint, unless the weights are ruined: losses are looked at only with a report, and before the
    /// update they lead to.
    /// </summary>
    private void SaveCheckpoint(SampleBatch samples)
    {
        foreach (float value in samples.Values.Span)
        {
            if (!float.IsFinite(value))
                throw new TrainingDivergedException(
                    string.Create(CultureInfo.InvariantCulture,
                        $"Training diverged by step {trainer.Step}: the generator's samples are no finite numbers. " +
                        $"Lower the learning rate and start again, or resume from an earlier checkpoint."));
        }

        Folder.SaveCheckpoint(trainer);
        savedStep = trainer.Step;
        unsaved.Restart();
    }

    private void SaveWhatThereIs()
    {
        if (savedStep == trainer.Step)
            return;
        try
        {
            Folder.SaveCheckpoint(trainer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TrainingDivergedException)
        {
            // What went wrong first is what the user must hear.
        }
    }
}
