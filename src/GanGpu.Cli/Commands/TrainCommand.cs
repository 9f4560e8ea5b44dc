using System.CommandLine;
using GanGpu.Cli.Views;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Images;
using GanGpu.Metrics;
using GanGpu.Presets;
using GanGpu.Training;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu train: trains a GAN and leaves a run's folder. Nothing is written before everything that was asked for is known to work.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        TrainArguments arguments = new();
        Command command = new("train", "Trains a GAN and leaves a folder with pictures, figures and a checkpoint. Ctrl-C ends it within a few steps, with everything saved.");
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => parsed.GetValue(arguments.Resume) is { } folder
            ? ResumeAsync(folder, arguments, parsed, cancellation)
            : parsed.GetValue(arguments.Seeds) is { } seeds ? TrainSeeds.RunAsync(seeds, arguments, parsed, cancellation)
            : StartAsync(arguments, parsed, cancellation));
        return command;
    }

    private static async Task<int> StartAsync(TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        Preset preset = TrainRequest.Preset(arguments, parsed);
        TrainingOptions options = TrainRequest.Options(arguments, parsed, preset);
        ImageOptions? images = TrainRequest.Images(arguments, parsed);
        Func<GanTrainer, long> stepsToTrain = TrainRequest.Steps(arguments, parsed);
        long? sampleEvery = TrainRequest.SampleEvery(arguments, parsed);
        string source = parsed.GetRequiredValue(arguments.Data);
        string? path = parsed.GetValue(arguments.Out);
        if (path is not null)
            RunFolder.CheckFree(path);

        DeviceOptions deviceOptions = arguments.Device.Options(parsed);
        string deviceAsked = parsed.GetRequiredValue(arguments.Device.Name);
        using Device device = Device.Open(deviceAsked, deviceOptions);
        DataSet data = await OpenAsync(source, images, device, preset, TrainRequest.ProbableShape(images), options).ConfigureAwait(false);
        TrainRequest.CheckSize(arguments, parsed, images, data);
        using GanTrainer trainer = new(device, preset, data, options);

        path ??= FreeFolder(parsed.GetRequiredValue(arguments.Preset), data.Name);
        using QualityWatch? watch = Watch(parsed.GetValue(arguments.Best), device, data, source, path);
        long steps = stepsToTrain(trainer);
        RunSettings settings = Settings(trainer, data, source, images, sampleEvery, Session(device, deviceAsked, deviceOptions, from: 0, steps)) with { Best = watch?.Measure, TensorBoard = parsed.GetValue(arguments.TensorBoard) ? true : null };
        using RunFolder folder = RunFolder.Create(path, settings);
        return await TrainAsync(new TrainSession(trainer, data, folder, steps, settings.SampleEvery, watch), device, data, parsed.GetValue(arguments.Quiet), cancellation).ConfigureAwait(false);
    }

    private static async Task<int> ResumeAsync(string path, TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        Func<GanTrainer, long> stepsToTrain = TrainRequest.Steps(arguments, parsed);
        long? sampleEvery = TrainRequest.SampleEvery(arguments, parsed);
        RunSettings settings = RunFolder.ReadSettings(path);
        RunSession latest = settings.Sessions[^1];
        string checkpoint = RunFolder.FindCheckpoint(path);
        // The same device unless another is asked for: only then are the bits the same too.
        string deviceAsked = Given(arguments.Device.Name) ? parsed.GetRequiredValue(arguments.Device.Name) : latest.Device;
        DeviceOptions deviceOptions = arguments.Device.Options(parsed);
        deviceOptions = deviceOptions with
        {
            Threads = Given(arguments.Device.Threads) ? deviceOptions.Threads : latest.Threads,
            Precision = Given(arguments.Device.Precision) ? deviceOptions.Precision : latest.Precision,
            AssumeGenericAddressSpace = deviceOptions.AssumeGenericAddressSpace || latest.OpenClAssumeGenericAddressSpace,
        };
        string source = Given(arguments.Data) ? parsed.GetRequiredValue(arguments.Data) : settings.Data;

        using Device device = Device.Open(deviceAsked, deviceOptions);
        DataSet data = await OpenAsync(source, settings.Images, device, settings.Preset, settings.Sample, settings.Options).ConfigureAwait(false);
        using GanTrainer trainer = GanTrainer.Resume(device, data, checkpoint);
        using QualityWatch? watch = Watch(settings.Best, device, data, source, path);
        long steps = stepsToTrain(trainer);
        using RunFolder folder = RunFolder.Resume(path, Session(device, deviceAsked, deviceOptions, trainer.Step, steps), parsed.GetValue(arguments.TensorBoard));
        return await TrainAsync(new TrainSession(trainer, data, folder, steps, sampleEvery ?? settings.SampleEvery, watch), device, data, parsed.GetValue(arguments.Quiet), cancellation).ConfigureAwait(false);

        bool Given(Option option) => TrainArguments.IsGiven(parsed.CommandResult, option);
    }

    internal static RunSettings Settings(GanTrainer trainer, DataSet data, string source, ImageOptions? images, long? sampleEvery, RunSession session) => new()
    {
        Preset = trainer.Preset,
        Options = trainer.Options,
        Data = DataSet.FullName(source),
        Images = images,
        DataCount = data.Count,
        Sample = trainer.SampleShape,
        SampleEvery = sampleEvery ?? TrainRequest.DefaultSampleEvery(session.ToStep, trainer.Options.ReportEvery),
        Sessions = [session],
    };

    /// <summary>The classifier that a measure may need is kept in the run's folder, once that is there.</summary>
    private static QualityWatch? Watch(string? measure, Device device, DataSet data, string source, string? folder) =>
        measure is null ? null : new QualityWatch(measure, device, data, DataSet.OpenHeldOut(source), folder);

    /// <summary>Reads the data while the device gets its kernels ready.</summary>
    internal static async Task<DataSet> OpenAsync(string source, ImageOptions? images, Device device, Preset preset, SampleShape sample, TrainingOptions options)
    {
        Task warmUp = Task.Run(() => GanTrainer.WarmUp(device, preset, sample, options));
        try
        {
            return AnyData.Open(source, images);
        }
        finally
        {
            await warmUp.ConfigureAwait(false);
        }
    }

    private static async Task<int> TrainAsync(TrainSession session, Device device, DataSet data, bool quiet, CancellationToken cancellation)
    {
        ITrainingView view = quiet ? new QuietView() : Terminal.IsLive ? new LiveView() : new PlainView();
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

    internal static RunSession Session(Device device, string asked, DeviceOptions options, long from, long steps) => new()
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

    internal static string FreeFolder(string preset, string dataName)
    {
        string data = string.Concat(Path.GetFileName(dataName.TrimEnd('/', '\\')).TakeWhile(c => c != '.').Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        for (int number = 1; ; number++)
        {
            string path = Path.Combine("runs", FormattableString.Invariant($"{preset}-{(data.Length > 0 ? data : "data")}-{number}"));
            if (!Path.Exists(path))
                return path;
        }
    }
}
