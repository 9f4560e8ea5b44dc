using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Modalities;
using GanGpu.Cli.Views;
using GanGpu.Images;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>
/// gangpu train: trains a GAN and leaves a run's folder. Nothing is written before everything that was asked for is
/// known to work.
/// </summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        TrainArguments arguments = new();
        Command command = new(
            "train",
            "Trains a GAN and leaves a folder with pictures, figures and a checkpoint. Ctrl-C ends it within a few " +
            "steps, with everything saved.");
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => parsed.GetValue(arguments.Resume) is { } folder
            ? ResumeAsync(folder, arguments, parsed, cancellation)
            : parsed.GetValue(arguments.Seeds) is { } seeds
                ? TrainSeeds.RunAsync(seeds, arguments, parsed, cancellation)
            : StartAsync(arguments, parsed, cancellation));
        return command;
    }

    private static async Task<int> StartAsync(
        TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        Preset preset = TrainRequest.Preset(arguments, parsed);
        TrainingOptions options = TrainRequest.Options(arguments, parsed, preset);
        RunOptions run = TrainRequest.Run(arguments, parsed);
        string source = run.Data!;
        string? path = parsed.GetValue(arguments.Out);
        bool anew = parsed.GetValue(arguments.New), replaces = false;
        if (path is not null)
        {
            OutputPath.CheckRunName(path);
            replaces = anew && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any();
            if (replaces)
                CheckReplaceable(path);
            else if (anew || !RunFolder.Exists(path))
                RunFolder.CheckFree(path);
        }

        Remarks remarks = new();
        using Device device = Device.Open(
            parsed.GetRequiredValue(arguments.Device.Name), arguments.Device.Options(parsed) with { Logger = remarks });
        DataSet data = await OpenAsync(
            source, run.Images, device, preset, ImageChoice.ProbableFormat(run.Images), options, cancellation)
            .ConfigureAwait(false);
        ImageChoice.CheckSize(arguments, parsed, run.Images, data);
        if (run.Best is not null)
            run = run with { HeldOut = DataSource.OpenHeldOut(source) };
        string ownName = OwnName(preset.Summary.Split(' ')[0], data.Name);
        RunSettings settings = TrainingRun.SettingsOf(preset, data, options, run);
        string? earlier = anew ? null : path is null ? EarlierRun.Among(ownName, settings)
            : EarlierRun.In(path, settings);
        path = earlier ?? path ?? FreeFolder(ownName);
        if (earlier is not null)
            RunFolder.CheckNotTrained(earlier);
        OutputPath.CheckCanBeMade(path);
        using TrainingRun training = earlier is not null
            ? TrainingRun.Resume(device, data, earlier, run, preset, stepsInAll: true)
            : TrainingRun.Start(device, preset, data, path, settings, run);
        GanTrainer trainer = training.Trainer;
        // What is refused, is refused by now: the rest is done or only said.
        ITrainingView view = View(arguments, parsed);
        if (earlier is not null && training.Steps <= 0)
        {
            view.Say(
                string.Create(CultureInfo.InvariantCulture,
                    $"{earlier} has been trained already, to step {trainer.Step}. Train on with: gangpu train " +
                    $"--resume {earlier}; or start over with --new."));
            return ExitCode.Done;
        }

        if (parsed.GetValue(arguments.DryRun))
        {
            DryRun dryRun = await DryRun.MeasureAsync(trainer, training.Steps, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(arguments.AsJson))
                DryRunView.WriteJson(dryRun);
            else
                DryRunView.Write(dryRun);
            return ExitCode.Done;
        }

        remarks.SayTo(view);
        if (replaces)
            view.Say($"The run that was in {path} is in {RunFolder.SetAside(path)} now.");
        if (earlier is not null)
            view.Say(FormattableString.Invariant($"Goes on with {path} from step {trainer.Step}; --new starts over."));
        return await TrainAsync(training, device, data, view, cancellation).ConfigureAwait(false);
    }

    /// <summary>Refuses a folder that can't be given another name for a new run.</summary>
    private static void CheckReplaceable(string path)
    {
        RunFolder.ReadSettings(path);
        RunFolder.CheckNotTrained(path);
    }

    private static async Task<int> ResumeAsync(
        string path, TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        RunSettings settings = RunFolder.ReadSettings(path);
        RunSession latest = settings.Sessions[^1];
        // The same device unless another is asked for: only then are the bits the same too.
        string deviceAsked = Given(arguments.Device.Name) ? parsed.GetRequiredValue(arguments.Device.Name)
            : latest.Device;
        DeviceOptions deviceOptions = arguments.Device.Options(parsed);
        deviceOptions = deviceOptions with
        {
            Threads = Given(arguments.Device.Threads) ? deviceOptions.Threads : latest.Threads,
            Precision = Given(arguments.Device.Precision) ? deviceOptions.Precision : latest.Precision,
            AssumeGenericAddressSpace = deviceOptions.AssumeGenericAddressSpace
                || latest.OpenClAssumeGenericAddressSpace,
        };
        RunFolder.FindCheckpoint(path);
        RunOptions run = TrainRequest.Run(arguments, parsed) with
        {
            Data = Given(arguments.Data) ? parsed.GetRequiredValue(arguments.Data) : settings.Data,
        };
        using Device device = Device.Open(deviceAsked, deviceOptions);
        DataSet data = await OpenAsync(
            run.Data, settings.Images, device, settings.Preset, settings.Sample, settings.Options, cancellation)
            .ConfigureAwait(false);
        if (settings.Best is not null)
            run = run with { HeldOut = DataSource.OpenHeldOut(run.Data) };
        using TrainingRun training = TrainingRun.Resume(device, data, path, run);
        return await TrainAsync(training, device, data, View(arguments, parsed), cancellation).ConfigureAwait(false);

        bool Given(Option option) => TrainArguments.IsGiven(parsed.CommandResult, option);
    }

    /// <summary>Reads the data while the device gets its kernels ready.</summary>
    internal static async Task<DataSet> OpenAsync(
        string source, ImageOptions? images, Device device, Preset preset, SampleFormat sample, TrainingOptions options,
        CancellationToken cancellation)
    {
        Task warmUp = Task.Run(() => GanTrainer.WarmUp(device, preset, sample, options), CancellationToken.None);
        try
        {
            return AnyData.Open(source, images, cancellation);
        }
        finally
        {
            await warmUp.ConfigureAwait(false);
        }
    }

    private static ITrainingView View(TrainArguments arguments, ParseResult parsed) =>
        parsed.GetValue(arguments.Quiet) ? new QuietView() : parsed.GetValue(arguments.AsJson) ? new JsonView()
            : Terminal.IsLive ? new LiveView() : new PlainView();

    private static async Task<int> TrainAsync(
        TrainingRun run, Device device, DataSet data, ITrainingView view, CancellationToken cancellation)
    {
        run.Open();
        view.Begin(run, device, data);
        // The device is open, and with it whatever driver takes signals.
        SaveRequests.Listen(run.RequestSave);
        try
        {
            await view.ShowAsync(report => run.TrainAsync(new Told(report), cancellation)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            view.Stopped(run);
            throw;
        }

        view.Done(run);
        return ExitCode.Done;
    }

    /// <summary>What folders of such runs are called, but for a number.</summary>
    internal static string OwnName(string preset, string dataName)
    {
        string data = string.Concat(
            Path.GetFileName(dataName.TrimEnd('/', '\\')).TakeWhile(c => c != '.')
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        return Path.Combine("runs", $"{preset}-{(data.Length > 0 ? data : "data")}-");
    }

    internal static string FreeFolder(string ownName)
    {
        for (int number = 1; ; number++)
        {
            string path = FormattableString.Invariant($"{ownName}{number}");
            if (!Path.Exists(path))
                return path;
        }
    }
}
