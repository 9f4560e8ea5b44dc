using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Runs;
using GanGpu.Training;

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

    public void Begin(TrainSession session, Device device, DataSet data) => Write(new
    {
        Event = "start",
        Run = Path.GetFullPath(session.Folder.FolderPath),
        Device = device.Name,
        DeviceDescription = device.Description,
        Data = data.Name,
        DataCount = data.Count,
        data.Source,
        Remarks = data.Remarks.Count > 0 ? data.Remarks : null,
        data.WhyNoClasses,
        Parameters = session.Trainer.ParameterCount,
        FromStep = session.FirstStep,
        ToStep = session.LastStep,
    });

    public Task ShowAsync(Func<Action<TrainingReport>, Task> training) =>
        training(report => Console.WriteLine(report.ToJson()));

    public void Stopped(TrainSession session) => End("stopped", session);

    public void Done(TrainSession session) => End("done", session);

    private static void End(string what, TrainSession session) => Write(new
    {
        Event = what,
        session.Trainer.Step,
        Seconds = session.Elapsed.TotalSeconds,
        session.StepsPerSecond,
        Checkpoint = Path.GetFullPath(session.Folder.CheckpointPath),
        BestStep = session.Best?.Step,
        BestMeasure = session.Best?.Quality.Measure,
        BestFigure = session.Best?.Quality.Figure,
        session.Classes,
    });

    private static void Write<T>(T line) => Console.WriteLine(JsonSerializer.Serialize(line, Json));
}
