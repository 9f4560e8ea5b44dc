using System.Diagnostics;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Metrics;
using GanGpu.Training;

namespace GanGpu.Cli.Views;

/// <summary>Plain lines, at most about one a second: for logs, pipes and terminals that can't redraw.</summary>
internal class PlainView : ITrainingView
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public void Say(string sentence) => Console.WriteLine(sentence);

    public void Begin(TrainSession session, Device device, DataSet data)
    {
        GanTrainer trainer = session.Trainer;
        Write($"device      {device.Name}: {device.Description}");
        if (device.Remark is { } remark)
            Write($"remark      {remark}");
        Write($"data        {data.Name}: {data.Count} samples of {trainer.SampleShape}");
        foreach ((string about, string text) in SourceView.Lines(data))
            Write($"{about,-10}  {text}");
        Write($"parameters  {trainer.ParameterCount}, batch {trainer.Options.BatchSize}, seed {trainer.Options.Seed}");
        Write($"steps       {session.FirstStep} to {session.LastStep}, {trainer.StepsPerEpoch} an epoch");
        Write($"run         {session.Folder.FolderPath}");
        Write($"samples     {session.Folder.SamplesPath}, drawn anew every {session.SampleEvery} steps");
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

    public void Stopped(TrainSession session) =>
        Write($"Stopped at step {session.Trainer.Step}, saved. Go on with: gangpu train --resume {session.Folder.FolderPath}");

    public void Done(TrainSession session)
    {
        Write($"Trained {session.Trained} steps in {session.Elapsed.TotalSeconds:F1} s, {Pace.Of(session.StepsPerSecond, "step")} (pictures and checkpoints aside).");
        if (session.StartUp is { } startUp)
            Write($"The first step was done {startUp.TotalSeconds:F2} s after the program's start.");
        if (session.Best is { } best)
            Write($"Best: {best.Quality.Measure} {best.Quality.Figure:G4} at step {best.Step}, by {QualityWatch.Samples} samples: {session.Folder.BestPath}");
        if (session.Classes is { } classes)
            Write($"Classes: {classes}{(classes.Lack() is { } lack ? ": " + lack : "")}");
        Write($"Report: {session.Folder.ReportPath}, samples: {session.Folder.SamplesPath}, losses: {session.Folder.LossPlotPath}");
    }

    private static void Write(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
