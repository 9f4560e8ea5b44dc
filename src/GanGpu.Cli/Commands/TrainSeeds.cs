using System.CommandLine;
using System.Globalization;
using GanGpu.Cli.Modalities;
using GanGpu.Cli.Views;
using GanGpu.Runs;

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
        RunOptions run = TrainRequest.Run(arguments, parsed);
        string source = run.Data!;
        string? asked = parsed.GetValue(arguments.Out);
        if (asked is not null)
        {
            OutputPath.CheckRunName(asked);
            if (!SeedRuns.IsOne(asked))
                RunFolder.CheckFree(asked);
        }

        DeviceOptions deviceOptions = arguments.Device.Options(parsed);
        if (deviceOptions.Precision != MatrixPrecision.Float32)
            throw new InvalidInputException(
                "--precision can't be given together with --seeds: seeds are measured at their end, by distances " +
                "that need float32.");
        using Device device = Device.Open(parsed.GetRequiredValue(arguments.Device.Name), deviceOptions);
        DataSet data = await TrainCommand.OpenAsync(
            source, run.Images, device, preset, ImageChoice.ProbableFormat(run.Images), options, cancellation)
            .ConfigureAwait(false);
        run = run with { HeldOut = DataSource.OpenHeldOut(source) };
        ImageChoice.CheckSize(arguments, parsed, run.Images, data);
        string target = asked
            ?? TrainCommand.FreeFolder(TrainCommand.OwnName(preset.Summary.Split(' ')[0], data.Name));
        OutputPath.CheckCanBeMade(target);
        SeedRuns runs = SeedRuns.Prepare(device, preset, data, target, seeds, options, run);
        SeedsView view = new(runs, data, device);
        try
        {
            IReadOnlyList<SeedResult> results = [];
            await view.ShowAsync(async show =>
                results = await runs.TrainAsync(show, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
            SeedsView.Write(results, runs.ResultsPath);
            SeedResult[] diverged = [.. results.Where(result => result.Diverged is not null)];
            return diverged.Length == 0 ? ExitCode.Done
                : throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture,
                    $"{diverged.Length} of {seeds.Length} seeds diverged, such as {diverged[0].Seed}: " +
                    $"{diverged[0].Diverged}"));
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"Stopped, saved. Go on with the same command and --out {runs.FolderPath}");
            throw;
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
