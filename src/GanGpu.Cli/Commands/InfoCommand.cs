using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using GanGpu.Cli.Views;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu info: what a run is, how far it got, and how it stands.</summary>
internal static class InfoCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "A run's folder." };

    private static readonly Option<bool> AsJson = new("--json")
    {
        Description = "Writes JSON for other programs: the settings, the step and the latest figures."
    };

    public static Command Create()
    {
        Command command = new(
            "info", "Says what a run is, how far it got, and how it stands. It may be in training meanwhile.") {
            Run, AsJson };
        command.SetAction(parsed => Show(parsed.GetRequiredValue(Run), parsed.GetValue(AsJson)));
        return command;
    }

    private static int Show(string path, bool json)
    {
        if (File.Exists(path))
        {
            throw new InvalidInputException(TrainedRun.FolderOf(path) is { } folder
                ? $"'{path}' is a file of the run in '{folder}'; gangpu info takes that folder."
                : $"'{path}' is a file, and gangpu info takes a run's folder. Where it is a checkpoint, gangpu " +
                    "sample and gangpu export take it as it is.");
        }

        RunSettings settings = RunFolder.ReadSettings(path);
        RunInfo info = new(path, settings, RunFolder.Exists(path) ? RunFolder.ReadStep(path)
            : null, RunFolder.ReadReports(path), RunFolder.IsBeingTrained(path));
        if (json)
            Console.WriteLine(ToJson(info).ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        else
            RunInfoView.Write(info);
        return ExitCode.Done;
    }

    private static JsonObject ToJson(RunInfo info) => new()
    {
        ["run"] = Path.GetFullPath(info.Path),
        ["in_training"] = info.InTraining,
        ["step"] = info.Step,
        ["to_step"] = info.Settings.Sessions[^1].ToStep,
        ["latest"] = info.Reports.Count == 0 ? null : JsonNode.Parse(info.Reports[^1].ToJson()),
        ["best"] = info.Best is { } best ? JsonNode.Parse(best.ToJson()) : null,
        ["settings"] = JsonNode.Parse(info.Settings.ToJson()),
    };
}
