using System.Diagnostics;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Runs;
using GanGpu.Training;
using static GanGpu.Cli.Views.Lines;

namespace GanGpu.Cli.Views;

/// <summary>Plain lines, at most about one a second: for logs, pipes and terminals that can't redraw.</summary>
internal class PlainView : ITrainingView
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public void Say(string sentence) => Console.WriteLine(sentence);

    public void Begin(TrainSession session, Device device, DataSet data)
    {
        GanTrainer trainer = session.Trainer;
        Line($"device      {device.Name}: {device.Description}");
        if (device.Remark is { } remark)
            Line($"remark      {remark}");
        Line($"data        {data.Name}: {data.Count} samples of {trainer.Format}");
        foreach ((string about, string text) in SourceView.Lines(data))
            Line($"{about,-10}  {text}");
        Line($"parameters  {trainer.ParameterCount}, batch {trainer.Options.BatchSize}, seed {trainer.Options.Seed}");
        Line($"steps       {session.FirstStep} to {session.LastStep}, {trainer.StepsPerEpoch} an epoch");
        Line($"run         {session.Folder.FolderPath}");
        Line($"samples     {session.Folder.SamplesPath}, drawn anew every {session.SampleEvery} steps");
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
        Line($"Stopped at step {session.Trainer.Step}, saved. Go on with: gangpu train --resume " +
            $"{session.Folder.FolderPath}");

    public void Done(TrainSession session)
    {
        string pace = Pace.Of(session.StepsPerSecond, "step");
        double seconds = session.Elapsed.TotalSeconds;
        Line($"Trained {session.Trained} steps in {seconds:F1} s, {pace} (pictures and checkpoints aside).");
        if (session.StartUp is { } startUp)
            Line($"The first step was done {startUp.TotalSeconds:F2} s after the program's start.");
        if (session.Best is { } best)
        {
            (string measure, double figure, string path) =
                (best.Quality.Measure, best.Quality.Figure, session.Folder.BestPath);
            Line($"Best: {measure} {figure:G4} at step {best.Step}, by {QualityWatch.Samples} samples: {path}");
        }

        if (session.Classes is { } classes)
            Line($"Classes: {classes}{(classes.Lack() is { } lack ? ": " + lack : "")}");
        Line($"Report: {session.Folder.ReportPath}, samples: {session.Folder.SamplesPath}, losses: " +
            $"{session.Folder.LossPlotPath}");
    }
}
