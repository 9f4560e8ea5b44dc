using System.Diagnostics;
using System.Globalization;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Runs;
using GanGpu.Training;

namespace GanGpu.Cli;

/// <summary>
/// Trains, and keeps the run's folder up to date: figures as they come, samples and a checkpoint at intervals and at
/// every end.
/// </summary>
internal sealed class TrainSession(
    GanTrainer trainer, DataSet data, RunFolder folder, long steps, long sampleEvery, QualityWatch? watch = null,
    bool rollBack = false, ClassWatch? classWatch = null)
{
    /// <summary>A training that needs more of them has another fault than its learning rates.</summary>
    private const int MostRollBacks = 3;

    private const int PointCount = 1000;

    /// <summary>Long intervals between samples are no reason to lose hours of training with the power.</summary>
    private static readonly TimeSpan LongestUnsaved = TimeSpan.FromMinutes(1);

    private HealthMonitor health = new();

    private int rollBacks;

    /// <summary>The step of the checkpoint in the folder; null where it is of no use to go on from.</summary>
    private long? savedStep = trainer.Step > 0 ? trainer.Step : null;

    private long? rolledBackFrom;

    private readonly double variance = data.Count < 2 ? 0 : HealthMonitor.Variance(data);

    private readonly Stopwatch clock = new(), training = new(), unsaved = new(), watching = new();

    public GanTrainer Trainer => trainer;

    public RunFolder Folder => folder;

    /// <summary>Steps from one grid of samples to the next.</summary>
    public long SampleEvery => sampleEvery;

    /// <summary>The step it began at.</summary>
    public long FirstStep { get; } = trainer.Step;

    /// <summary>The step it is to end at.</summary>
    public long LastStep { get; } = checked(trainer.Step + steps);

    /// <summary>The step whose samples were best so far, and their figure; null where none was measured.</summary>
    public (long Step, QualityReport Quality)? Best { get; private set; } = BestOf(folder, watch);

    /// <summary>The classes of the latest samples; null where they are not told.</summary>
    public ClassShares? Classes { get; private set; }

    /// <summary>Time spent, pictures and checkpoints included.</summary>
    public TimeSpan Elapsed => clock.Elapsed;

    /// <summary>Steps trained in this session.</summary>
    public long Trained => trainer.Step - FirstStep;

    /// <summary>From the program's start to the end of the first step; null before.</summary>
    public TimeSpan? StartUp => trainer.FirstStepDone is { } done ? done - Process.GetCurrentProcess().StartTime : null;

    /// <summary>Pictures and checkpoints aside.</summary>
    public double StepsPerSecond => Trained / Math.Max(1e-9, training.Elapsed.TotalSeconds);

    public async Task RunAsync(Action<TrainingReport> show, CancellationToken cancellation)
    {
        using RunRecords records = new(folder, trainer.Options, trainer.Step);
        // The device is open, and with it whatever driver takes signals.
        SaveRequests.Listen();
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
                        Math.Min(LastStep, ((trainer.Step / sampleEvery) + 1) * sampleEvery), records, show,
                        cancellation).ConfigureAwait(false);
                    Save(records);
                }
                catch (TrainingDivergedException) when (rollBack && rollBacks < MostRollBacks)
                {
                    RollBack(Best is null ? folder.CheckpointPath : folder.BestPath, records);
                    continue;
                }

                // What is saved by now has collapsed too, so only a better one is worth going back to.
                if (rollBack && rollBacks < MostRollBacks && health.Diagnosis == Diagnosis.ModeCollapse
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
        folder.CutBack(trainer.Step);
        folder.SaveCheckpoint(trainer);
        savedStep = trainer.Step;
        records.RollBack(trainer.Step);
        health = new HealthMonitor();
        rollBacks++;
    }

    private async Task TrainUntilAsync(
        long stop, RunRecords records, Action<TrainingReport> show, CancellationToken cancellation)
    {
        training.Start();
        await foreach (
            TrainingReport part in trainer.TrainStepsAsync(stop - trainer.Step, cancellation).ConfigureAwait(false))
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
            folder.Append(report);
            records.Report(report);
            show(report);
            if ((unsaved.Elapsed >= LongestUnsaved || SaveRequests.Take()) && part.Step < stop)
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
            folder.SaveBest(trainer);
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
        folder.KeepCheckpoint(trainer.Step);
        if (ScatterPlot.Fits(samples.Format))
            folder.SaveSamples(trainer.Step, ScatterPlot.Draw(data, trainer.Generator.Sample(PointCount)));
        else
            folder.SaveSamples(trainer.Step, samples);
        records.Grid(trainer.Step);
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

        folder.SaveCheckpoint(trainer);
        savedStep = trainer.Step;
        unsaved.Restart();
    }

    private void SaveWhatThereIs()
    {
        if (savedStep == trainer.Step)
            return;
        try
        {
            folder.SaveCheckpoint(trainer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TrainingDivergedException)
        {
            // What went wrong first is what the user must hear.
        }
    }
}
