using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Views;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Kernels.Gemm;
using GanGpu.Measures;
using GanGpu.Objectives;
using GanGpu.Presets;
using GanGpu.Runs;
using GanGpu.Training;

namespace GanGpu.Cli.Commands;

/// <summary>
/// gangpu train --seeds: one run for each seed, in a folder below one, then what all of them are worth. Given the same
/// command and folder again it goes on where it was stopped.
/// </summary>
internal static class TrainSeeds
{
    private const int MostSeeds = 1000;

    public static async Task<int> RunAsync(
        string seedsAsked, TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        ulong[] seeds = Parse(seedsAsked);
        Preset preset = TrainRequest.Preset(arguments, parsed);
        TrainingOptions options = TrainRequest.Options(arguments, parsed, preset);
        ImageOptions? images = TrainRequest.Images(arguments, parsed);
        Func<GanTrainer, long> stepsToTrain = TrainRequest.Steps(arguments, parsed);
        long? sampleEvery = parsed.GetValue(arguments.SampleEvery);
        string source = parsed.GetRequiredValue(arguments.Data),
            deviceAsked = parsed.GetRequiredValue(arguments.Device.Name);
        string? asked = parsed.GetValue(arguments.Out);
        if (asked is not null)
        {
            OutputPath.CheckRunName(asked);
            if (!SeedsFolder.IsOne(asked))
                RunFolder.CheckFree(asked);
        }

        DeviceOptions deviceOptions = arguments.Device.Options(parsed);
        if (deviceOptions.Precision != MatrixPrecision.Float32)
            throw new InvalidInputException(
                "--precision can't be given together with --seeds: seeds are measured at their end, by distances " +
                "that need float32.");
        using Device device = Device.Open(deviceAsked, deviceOptions);
        DataSet data = await TrainCommand.OpenAsync(
            source, images, device, preset, TrainRequest.ProbableFormat(images), options, cancellation)
            .ConfigureAwait(false);
        DataSet? heldOut = DataSet.OpenHeldOut(source);
        TrainRequest.CheckSize(arguments, parsed, images, data);
        Evaluation.Check(data, heldOut);
        string target = asked
            ?? TrainCommand.FreeFolder(TrainCommand.OwnName(parsed.GetRequiredValue(arguments.Preset), data.Name));
        OutputPath.CheckCanBeMade(target);
        // Whatever a trainer refuses is refused before there is a folder.
        using (GanTrainer first = new(device, preset, data, options))
        {
            TrainRequest.CheckPictures(first.Generator.GridSize, first.Format);
            stepsToTrain(first);
        }

        SeedsFolder folder = SeedsFolder.Open(target, seeds);

        // Two trainings on a thread each are faster than one after the other on two; other devices run one at a time.
        int threads = deviceOptions.Threads > 0 ? deviceOptions.Threads : Environment.ProcessorCount;
        int atOnce = device.Kind == DeviceKind.Cpu ? Math.Min(threads, seeds.Length) : 1;
        ConcurrentDictionary<ulong, string> diverged = new();
        SeedsView view = new(seeds, folder.Path, data, device, atOnce);
        try
        {
            await view.ShowAsync(
                show => Parallel.ForEachAsync(
                    seeds, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation },
                    async (seed, token) =>
            {
                try
                {
                    await TrainAsync(seed, show, token).ConfigureAwait(false);
                }
                catch (TrainingDivergedException e)
                {
                    diverged[seed] = e.Message;
                }
            })).ConfigureAwait(false);
            List<SeedResult> results = [];
            foreach (ulong seed in seeds)
                results.Add(new SeedResult(seed, diverged.ContainsKey(seed) ? null : Evaluate(seed)));
            folder.Save(seeds, results);
            SeedsView.Write(results, folder.ResultsPath);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"Stopped, saved. Go on with the same command and --out {folder.Path}");
            throw;
        }

        return diverged.IsEmpty ? ExitCode.Done
            : throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
            $"{diverged.Count} of {seeds.Length} seeds diverged, such as {diverged.Keys.Min()}: " +
            $"{diverged[diverged.Keys.Min()]}"));

        async Task TrainAsync(ulong seed, Action<ulong, TrainingReport, long> show, CancellationToken token)
        {
            DeviceOptions each = atOnce > 1 ? deviceOptions with { Threads = Math.Max(1, threads / atOnce) }
                : deviceOptions;
            using Device? own = atOnce > 1 ? Device.Open(device.Name, each) : null;
            string path = folder.Of(seed);
            bool goesOn = RunFolder.Exists(path);
            using GanTrainer trainer = goesOn
                ? GanTrainer.Resume(own ?? device, data, RunFolder.FindCheckpoint(path))
                : new(own ?? device, preset, data, options with { Seed = seed });
            if (goesOn
                && (trainer.Options != options with { Seed = seed }
                    || trainer.Preset != preset with { Classes = trainer.Preset.Classes }))
                throw new InvalidInputException(
                    $"'{path}' was trained with other settings; give those of the first command, or another folder " +
                    "with --out.");
            if (goesOn)
                TrainCommand.CheckSameData(RunFolder.ReadSettings(path), data, path, source);
            long steps = stepsToTrain(trainer) - trainer.Step;
            if (steps <= 0)
                return;
            RunSession session = TrainCommand.Session(own ?? device, deviceAsked, each, trainer.Step, steps);
            RunSettings settings = TrainCommand.Settings(trainer.Preset, trainer.Options, data, source, images) with
            {
                SampleEvery = sampleEvery
                    ?? TrainRequest.DefaultSampleEvery(trainer.Preset, session.ToStep, trainer.Options.ReportEvery),
                Sessions = [session],
                TensorBoard = parsed.GetValue(arguments.TensorBoard) ? true : null,
                KeepCheckpoints = parsed.GetValue(arguments.KeepCheckpoints),
            };
            using RunFolder run = goesOn ? RunFolder.Resume(path, session) : RunFolder.Create(path, settings);
            TrainSession training = new(trainer, data, run, steps, settings.SampleEvery);
            await training.RunAsync(report => show(seed, report, training.LastStep), token).ConfigureAwait(false);
        }

        Evaluation Evaluate(ulong seed)
        {
            using Generator generator = Generator.Load(device, RunFolder.FindCheckpoint(folder.Of(seed)));
            // The classifier, where there is one, is the same for all.
            return Evaluation.Run(
                device, generator, data, heldOut, new EvaluationOptions { ClassifierFolder = folder.Path },
                cancellation);
        }
    }

    /// <summary>"0..9", "1,2,5" or both.</summary>
    internal static ulong[] Parse(string text)
    {
        List<ulong> seeds = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Trim().Split("..");
            if (ends.Length > 2
                || !ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong first)
                || !ulong.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
                    || last < first)
            {
                throw new InvalidInputException(
                    $"--seeds is '{text}', but must be whole numbers from 0 on such as 0..9 or 1,2,5.");
            }

            if (last - first >= MostSeeds || seeds.Count + (int)(last - first) >= MostSeeds)
                throw new InvalidInputException(
                    FormattableString.Invariant($"--seeds is '{text}', which are more than {MostSeeds} seeds."));
            for (ulong offset = 0; offset <= last - first; offset++)
                seeds.Add(first + offset);
        }

        return seeds.Count == seeds.Distinct().Count() ? [.. seeds]
            : throw new InvalidInputException($"--seeds is '{text}', which has a seed twice.");
    }
}
