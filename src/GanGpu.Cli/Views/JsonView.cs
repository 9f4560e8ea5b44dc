using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Cli.Modalities;
using GanGpu.Runs;

namespace GanGpu.Cli.Views;

/// <summary>
/// A line of JSON for each thing that happens: {"event":"start",…}, then the lines of metrics.jsonl, and
/// {"event":"done",…} or {"event":"stopped",…} at the end.
/// </summary>
internal sealed class JsonView : ITrainingView
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public void Say(string sentence) => Write(new { Event = "note", Text = sentence });

    public void Begin(TrainingRun run, Device device, DataSet data) => Write(new
    {
        Event = "start",
        Run = Path.GetFullPath(run.Folder.FolderPath),
        Device = device.Name,
        DeviceDescription = device.Description,
        Data = data.Name,
        DataCount = data.Count,
        Source = SourceView.Of(data),
        Remarks = data.Remarks.Count > 0 ? data.Remarks : null,
        data.WhyNoClasses,
        Parameters = run.Trainer.ParameterCount,
        FromStep = run.FirstStep,
        ToStep = run.LastStep,
    });

    public Task ShowAsync(Func<Action<TrainingReport>, Task> training) =>
        training(report => Console.WriteLine(report.ToJson()));

    public void Stopped(TrainingRun run) => End("stopped", run);

    public void Done(TrainingRun run) => End("done", run);

    private static void End(string what, TrainingRun run) => Write(new
    {
        Event = what,
        run.Trainer.Step,
        Seconds = run.Elapsed.TotalSeconds,
        run.StepsPerSecond,
        Checkpoint = Path.GetFullPath(run.Folder.CheckpointPath),
        BestStep = run.Best?.Step,
        BestMeasure = run.Best?.Quality.Measure,
        BestFigure = run.Best?.Quality.Figure,
        run.Classes,
    });

    private static void Write<T>(T line) => Console.WriteLine(JsonSerializer.Serialize(line, Json));
}
