using System.Diagnostics;
using GanGpu.Cli.Modalities;
using GanGpu.Runs;
using static GanGpu.Cli.Views.Lines;

namespace GanGpu.Cli.Views;

/// <summary>Plain lines, at most about one a second: for logs, pipes and terminals that can't redraw.</summary>
internal class PlainView : ITrainingView
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public void Say(string sentence) => Console.WriteLine(sentence);

    public void Begin(TrainingRun run, Device device, DataSet data)
    {
        GanTrainer trainer = run.Trainer;
        Line($"device      {device.Name}: {device.Description}");
        if (device.Remark is { } remark)
            Line($"remark      {remark}");
        Line($"data        {data.Name}: {data.Count} samples of {trainer.Format}");
        foreach ((string about, string text) in SourceView.Lines(data))
            Line($"{about,-10}  {text}");
        Line($"parameters  {trainer.ParameterCount}, batch {trainer.Options.BatchSize}, seed {trainer.Options.Seed}");
        Line($"steps       {run.FirstStep} to {run.LastStep}, {trainer.StepsPerEpoch} an epoch");
        Line($"run         {run.Folder.FolderPath}");
        Line($"samples     {run.Folder.SamplesPath}, drawn anew every {run.SampleEvery} steps");
    }

    public virtual async Task ShowAsync(Func<Action<TrainingReport>, Task> training)
    {
        long shown = 0;
        TrainingReport? unshown = null;
        HealthRemark health = new();
        try
        {
            await training(report =>
            {
                unshown = report;
                if (health.Of(report) is { } remark)
                    Console.WriteLine(remark);
                if (shown != 0 && Stopwatch.GetElapsedTime(shown) < Pause)
                    return;
                Console.WriteLine(report);
                (shown, unshown) = (Stopwatch.GetTimestamp(), null);
            }).ConfigureAwait(false);
        }
        finally
        {
            if (unshown is not null)
                Console.WriteLine(unshown);
        }
    }

    /// <summary>From the program's start to the end of the first step; null before.</summary>
    private static TimeSpan? StartUp(TrainingRun run) =>
        run.Trainer.FirstStepDone is { } done ? done - Process.GetCurrentProcess().StartTime : null;

    public void Stopped(TrainingRun run) =>
        Line($"Stopped at step {run.Trainer.Step}, saved. Go on with: gangpu train --resume " +
            $"{run.Folder.FolderPath}");

    public void Done(TrainingRun run)
    {
        string pace = Pace.Of(run.StepsPerSecond, "step");
        double seconds = run.Elapsed.TotalSeconds;
        Line($"Trained {run.Trained} steps in {seconds:F1} s, {pace} (pictures and checkpoints aside).");
        if (StartUp(run) is { } startUp)
            Line($"The first step was done {startUp.TotalSeconds:F2} s after the program's start.");
        if (run.Best is { } best)
        {
            (string measure, double figure, string path) =
                (best.Quality.Measure, best.Quality.Figure, run.Folder.BestPath);
            Line($"Best: {measure} {figure:G4} at step {best.Step}, by {QualityWatch.Samples} samples: {path}");
        }

        if (run.Classes is { } classes)
            Line($"Classes: {classes}{(classes.Lack() is { } lack ? ": " + lack : "")}");
        Line($"Report: {run.Folder.ReportPath}, samples: {run.Folder.SamplesPath}, losses: " +
            $"{run.Folder.LossPlotPath}");
    }
}
