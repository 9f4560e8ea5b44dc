using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Views;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Images;
using GanGpu.Objectives;
using GanGpu.Presets;
using GanGpu.Runs;
using GanGpu.Training;

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
        ImageOptions? images = TrainRequest.Images(arguments, parsed);
        Func<GanTrainer, long> stepsToTrain = TrainRequest.Steps(arguments, parsed);
        long? sampleEvery = parsed.GetValue(arguments.SampleEvery);
        string source = parsed.GetRequiredValue(arguments.Data);
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
        DeviceOptions deviceOptions = arguments.Device.Options(parsed) with { Logger = remarks };
        string deviceAsked = parsed.GetRequiredValue(arguments.Device.Name);
        using Device device = Device.Open(deviceAsked, deviceOptions);
        DataSet data = await OpenAsync(
            source, images, device, preset, TrainRequest.ProbableFormat(images), options, cancellation)
            .ConfigureAwait(false);
        TrainRequest.CheckSize(arguments, parsed, images, data);
        RunSettings settings = Settings(preset.For(data, options), options, data, source, images) with
        {
            Best = parsed.GetValue(arguments.Best),
            RollBack = parsed.GetValue(arguments.RollBack) ? true : null,
            TensorBoard = parsed.GetValue(arguments.TensorBoard) ? true : null,
            KeepCheckpoints = parsed.GetValue(arguments.KeepCheckpoints),
        };
        string ownName = OwnName(parsed.GetRequiredValue(arguments.Preset), data.Name);
        string? earlier = anew ? null : path is null ? EarlierRun.Among(ownName, settings)
            : EarlierRun.In(path, settings);
        path = earlier ?? path ?? FreeFolder(ownName);
        if (earlier is not null && RunFolder.IsBeingTrained(earlier))
            throw new InvalidInputException(
                $"'{earlier}' holds a run that is being trained; stop it first, or name another folder with --out.");
        OutputPath.CheckCanBeMade(path);
        using GanTrainer trainer = earlier is null ? new(device, preset, data, options)
            : GanTrainer.Resume(device, data, RunFolder.FindCheckpoint(earlier));
        TrainRequest.CheckPictures(trainer.Generator.GridSize, trainer.Format);
        using QualityWatch? watch = Watch(settings.Best, device, data, source, path);
        using ClassWatch? classWatch = ClassWatch.Fits(data) ? new(device, data) : null;
        long steps = stepsToTrain(trainer) - (earlier is null ? 0 : trainer.Step);
        // What is refused, is refused by now: the rest is done or only said.
        ITrainingView view = View(arguments, parsed);
        if (earlier is not null && steps <= 0)
        {
            view.Say(
                string.Create(CultureInfo.InvariantCulture,
                    $"{earlier} has been trained already, to step {trainer.Step}. Train on with: gangpu train " +
                    $"--resume {earlier}; or start over with --new."));
            return ExitCode.Done;
        }

        if (parsed.GetValue(arguments.DryRun))
        {
            DryRun run = await DryRun.MeasureAsync(trainer, steps, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(arguments.AsJson))
                DryRunView.WriteJson(run);
            else
                DryRunView.Write(run);
            return ExitCode.Done;
        }

        RunSession session = Session(device, deviceAsked, deviceOptions, trainer.Step, steps);
        remarks.SayTo(view);
        if (replaces)
            view.Say($"The run that was in {path} is in {RunFolder.SetAside(path)} now.");
        if (earlier is not null)
            view.Say(FormattableString.Invariant($"Goes on with {path} from step {trainer.Step}; --new starts over."));
        settings = settings with
        {
            SampleEvery = sampleEvery
                ?? (earlier is null ? TrainRequest.DefaultSampleEvery(preset, steps, options.ReportEvery)
                    : RunFolder.ReadSettings(path).SampleEvery),
            Sessions = [session],
        };
        using RunFolder folder = earlier is null ? RunFolder.Create(path, settings)
            : RunFolder.Resume(
                path, session, parsed.GetValue(arguments.TensorBoard), parsed.GetValue(arguments.KeepCheckpoints));
        return await TrainAsync(
            new TrainSession(trainer, data, folder, steps, settings.SampleEvery, watch, settings.RollBack
                ?? false, classWatch), device, data, view, cancellation).ConfigureAwait(false);
    }

    /// <summary>Refuses a folder that can't be given another name for a new run.</summary>
    private static void CheckReplaceable(string path)
    {
        RunFolder.ReadSettings(path);
        if (RunFolder.IsBeingTrained(path))
            throw new InvalidInputException(
                $"'{path}' holds a run that is being trained; stop it first, or name another folder with --out.");
    }

    private static async Task<int> ResumeAsync(
        string path, TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        Func<GanTrainer, long> stepsToTrain = TrainRequest.Steps(arguments, parsed);
        long? sampleEvery = parsed.GetValue(arguments.SampleEvery);
        RunSettings settings = RunFolder.ReadSettings(path);
        RunSession latest = settings.Sessions[^1];
        string checkpoint = RunFolder.FindCheckpoint(path);
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
        string source = Given(arguments.Data) ? parsed.GetRequiredValue(arguments.Data) : settings.Data;

        using Device device = Device.Open(deviceAsked, deviceOptions);
        DataSet data = await OpenAsync(
            source, settings.Images, device, settings.Preset, settings.Sample, settings.Options, cancellation)
            .ConfigureAwait(false);
        using GanTrainer trainer = GanTrainer.Resume(device, data, checkpoint);
        CheckSameData(settings, data, path, source);
        using QualityWatch? watch = Watch(settings.Best, device, data, source, path);
        using ClassWatch? classWatch = ClassWatch.Fits(data) ? new(device, data) : null;
        long steps = stepsToTrain(trainer);
        using RunFolder folder = RunFolder.Resume(
            path, Session(device, deviceAsked, deviceOptions, trainer.Step, steps),
            parsed.GetValue(arguments.TensorBoard), parsed.GetValue(arguments.KeepCheckpoints));
        return await TrainAsync(
            new TrainSession(trainer, data, folder, steps, sampleEvery ?? settings.SampleEvery, watch, settings.RollBack
                ?? false, classWatch), device, data, View(arguments, parsed), cancellation).ConfigureAwait(false);

        bool Given(Option option) => TrainArguments.IsGiven(parsed.CommandResult, option);
    }

    /// <summary>All that decides how the training goes; what it does not decide is to be filled in.</summary>
    internal static RunSettings Settings(
        Preset preset, TrainingOptions options, DataSet data, string source, ImageOptions? images) => new()
        {
            Preset = preset,
            Options = options,
            Data = DataSet.FullName(source),
            Images = images,
            DataCount = data.Count,
            DataSha256 = IsDrawn(source) ? null : RunSettings.ChecksumOf(data),
            ClassNames = data.ClassNames,
            Sample = data.Format,
            SampleEvery = 0,
            Sessions = [],
        };

    /// <summary>
    /// Refuses other data of the same size, which nothing else tells from those that a run was trained on.
    /// </summary>
    /// <exception cref="InvalidInputException">They are others.</exception>
    internal static void CheckSameData(RunSettings settings, DataSet data, string path, string source)
    {
        if (settings.DataSha256 is { } sum && !IsDrawn(source) && sum != RunSettings.ChecksumOf(data))
            throw new InvalidInputException(
                $"'{path}' was trained on other data than '{source}' holds now, or on the same data in another order " +
                "or size; give the data that it was trained on with --data, or begin a new run.");
    }

    /// <summary>
    /// What the library draws itself is known by its name; its last bits may differ from machine to machine.
    /// </summary>
    private static bool IsDrawn(string source) => DataSet.BuiltIn.Contains(source.Split(':')[^1]);

    /// <summary>The classifier that a measure may need is kept in the run's folder, once that is there.</summary>
    private static QualityWatch? Watch(string? measure, Device device, DataSet data, string source, string? folder) =>
        measure is null ? null : new QualityWatch(measure, device, data, DataSet.OpenHeldOut(source), folder);

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
        TrainSession session, Device device, DataSet data, ITrainingView view, CancellationToken cancellation)
    {
        view.Begin(session, device, data);
        try
        {
            await view.ShowAsync(report => session.RunAsync(report, cancellation)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            view.Stopped(session);
            throw;
        }

        view.Done(session);
        return ExitCode.Done;
    }

    internal static RunSession Session(
        Device device, string asked, DeviceOptions options, long from, long steps) => new()
        {
            DeviceAsked = asked,
            Device = device.Name,
            DeviceDescription = device.Description,
            Threads = options.Threads,
            Precision = options.Precision,
            OpenClAssumeGenericAddressSpace = options.AssumeGenericAddressSpace,
            Environment = RunEnvironment.Current(),
            FromStep = from,
            ToStep = checked(from + steps),
        };

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
