using System.CommandLine;
using System.Globalization;
using GanGpu.Benchmarking;
using GanGpu.Cli.Views;
using GanGpu.Kernels.Gemm;
using Spectre.Console;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu bench: what this machine does, in less than a minute.</summary>
internal static class BenchCommand
{
    /// <summary>For each measurement; a dozen of them on each of a few devices stay well below a minute.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// A step is three dozen pieces of code; the runtime recompiles them for half a second before they are at their
    /// best.
    /// </summary>
    private static readonly TimeSpan StepBudget = TimeSpan.FromSeconds(1.5);

    public static Command Create()
    {
        DeviceArguments device = new();
        Option<string[]> names = new("--device")
        {
            Description =
                "What to measure, as often as wanted: auto, cuda, cuda:N, opencl, opencl:N, cpu or emulator. " +
                "[default: all that can be used, but not the emulator]",
            HelpName = "NAME",
        };
        Option<string> preset = new Option<string>("--preset")
        {
            Description = $"The networks of the training steps: {string.Join(", ", Preset.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "mlp",
        }.Among(Preset.Names);
        Option<string> batches = new Option<string>("--batch-size", "--batch")
        {
            Description = "Batch sizes of the training steps, with commas between them.",
            HelpName = "N,N",
            DefaultValueFactory = _ => "1,16,64,256,1024",
        }.Checked(text => Batches(text));
        Option<bool> json = new("--json") { Description = "One JSON object instead of tables." };
        Command command =
            new("bench", "Measures what this machine does: matrix products and training steps, on each device.")
        {
            names,
            preset,
            batches,
            device.Threads,
            device.Precision,
            json,
            device.AssumeGenericAddressSpace,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            parsed.GetValue(names) ?? [], parsed.GetRequiredValue(preset), Batches(parsed.GetRequiredValue(batches)),
            device.Options(parsed), parsed.GetValue(json), cancellation)));
        return command;
    }

    private static int Run(
        string[] names, string presetName, int[] batches, DeviceOptions options, bool json,
        CancellationToken cancellation)
    {
        Preset preset = Preset.Named(presetName);
        List<Device> devices = [];
        try
        {
            Open(names, options, devices);
            DataSet data = DataSource.Open(preset.UsualData);
            foreach (int batch in batches)
            {
                if (batch > data.Count)
                    throw new InvalidInputException(
                        string.Create(CultureInfo.InvariantCulture,
                            $"A batch of {batch} is larger than the data set, which has {data.Count} samples; " +
                            $"--batch-size takes sizes of at most that."));
            }

            List<BenchFigures> all = [];
            foreach (Device device in devices)
            {
                BenchFigures figures =
                    Watched(device, tell => Measure(device, data, preset, batches, tell, cancellation));
                all.Add(figures);
                if (!json)
                    BenchView.Write(figures, presetName);
            }

            if (json)
                BenchView.WriteJson(all, presetName);
            return ExitCode.Done;
        }
        finally
        {
            foreach (Device device in devices)
                device.Dispose();
        }
    }

    /// <summary>Opens all before anything is measured: a name that is wrong is told at once.</summary>
    private static void Open(string[] names, DeviceOptions options, List<Device> devices)
    {
        if (names.Length == 0)
            names = [
                .. Device.List(options).Where(device => device.Usable && device.Name != "emulator")
                .Select(device => device.Name)];
        foreach (string name in names)
        {
            Device device = Device.Open(name, options);
            if (devices.Any(other => other.Name == device.Name))
                device.Dispose();
            else
                devices.Add(device);
        }
    }

    private static BenchFigures Measure(
        Device device, DataSet data, Preset preset, int[] batches, Action<string> tell, CancellationToken cancellation)
    {
        DeviceBenchmark benchmark = new(device, data, preset);
        BenchFigures figures = new(device.Name, device.Description);
        MeasurePeak();
        foreach (GemmShape shape in DeviceBenchmark.Shapes(device.Kind))
        {
            tell($"matrix product {shape}");
            figures.Gemm.Add(
                BenchLine<GemmRate>.Of(shape.ToString(), () => benchmark.MeasureGemm(shape, Budget, cancellation)));
        }

        MeasurePeak();

        foreach (int batch in batches)
        {
            string name = batch.ToString(CultureInfo.InvariantCulture);
            tell($"training step at batch {name}");
            figures.Step.Add(
                BenchLine<StepRate>.Of(name, () => benchmark.MeasureStep(batch, StepBudget, cancellation)));
        }

        MeasurePeak();
        return figures;

        // More than once: another program's turn may last as long as one measurement.
        void MeasurePeak()
        {
            tell("arithmetic peak");
            if (benchmark.MeasurePeak(Budget / 2, cancellation) is { } peak)
                figures.Peaks.Add(peak);
        }
    }

    private static BenchFigures Watched(Device device, Func<Action<string>, BenchFigures> measure) => Terminal.IsLive
        ? AnsiConsole.Status()
            .Start(Markup.Escape(device.Name), status =>
                measure(what => status.Status(Markup.Escape($"{device.Name}: {what}"))))
        : measure(_ => { });

    private static int[] Batches(string list)
    {
        List<int> batches = [];
        foreach (string item in list.Split(','))
        {
            if (Numbers.Whole(item.Trim()) is not ({ } batch and >= 1))
                throw new InvalidInputException(
                    "--batch-size takes whole numbers from 1 on with commas between them, such as 1,64,1024, not " +
                    $"'{list}'.");
            if (!batches.Contains(batch))
                batches.Add(batch);
        }

        return [.. batches];
    }
}
