using System.CommandLine;
using GanGpu.Benchmarking;
using GanGpu.Cli.Views;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu explain: what a training step issues, and what bounds it on a device.</summary>
internal static class ExplainCommand
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200), StepBudget = TimeSpan.FromSeconds(1.5);

    public static Command Create()
    {
        DeviceArguments device = new();
        Option<string> preset = new Option<string>("--preset")
        {
            Description = $"The networks: {string.Join(", ", Preset.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "mlp",
        }.Among(Preset.Names);
        Option<int> batch = new Option<int>("--batch-size", "--batch")
        {
            Description = "Real images in a step.",
            HelpName = "N",
            DefaultValueFactory = _ => 64,
        }.Whole(1);
        Option<bool> measure = new("--measure") { Description = "Also measure the time of each launch." };
        Option<bool> json = new("--json") { Description = "One JSON object instead of a table." };
        Command command = new(
            "explain",
            "Lists what a training step issues, launch by launch, and the least time that takes on a device.")
        {
            preset,
            batch,
            device.Name,
            device.Threads,
            device.Precision,
            measure,
            json,
            device.AssumeGenericAddressSpace,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            parsed.GetRequiredValue(device.Name),
            device.Options(parsed) with { Profiling = parsed.GetValue(measure) },
            parsed.GetRequiredValue(preset),
            parsed.GetValue(batch),
            parsed.GetValue(measure),
            parsed.GetValue(json),
            cancellation)));
        return command;
    }

    private static int Run(
        string name, DeviceOptions options, string preset, int batch, bool measure, bool json,
        CancellationToken cancellation)
    {
        using Device device = Device.Open(name, options);
        Preset networks = Preset.Named(preset);
        DataSet data = DataSource.Open(networks.UsualData);
        StepProfiler profiler = new(device, networks, data);
        StepExplanation step = profiler.Explain(batch);
        StepFigures figures = new(device.Name, device.Description, preset, batch, step)
        {
            GigaflopsPerSecond = new DeviceBenchmark(device, data).MeasurePeak(Budget, cancellation),
            GigabytesPerSecond = profiler.MeasureBandwidth(step.ArenaBytes + step.WeightBytes, Budget, cancellation),
            LaunchGapMicroseconds = profiler.MeasureLaunchGap(Budget, cancellation),
            Microseconds = measure ? profiler.MeasureLaunches(batch, StepBudget, cancellation) : null,
        };
        if (json)
            ExplainView.WriteJson(figures);
        else
            ExplainView.Write(figures);
        return ExitCode.Done;
    }
}
