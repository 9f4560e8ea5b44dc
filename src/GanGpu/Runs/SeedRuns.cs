using System.Collections.Concurrent;
using System.Text.Json;
using GanGpu.Data;
using GanGpu.Measures;
using GanGpu.Presets;
using GanGpu.Runs;

namespace GanGpu;

/// <summary>
/// One run for each of several seeds, in folders below one, then what all of them are worth in its seeds.json. Called
/// again with the same folder it goes on where it was stopped; each seed has the bits of a run alone.
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
public sealed class SeedRuns
{
    private const string ResultsName = "seeds.json";

    private readonly Device device;
    private readonly Preset preset;
    private readonly DataSet data;
    private readonly TrainingOptions training;
    private readonly RunOptions run;
    private readonly int threads;

    private SeedRuns(
        Device device, Preset preset, DataSet data, string path, IReadOnlyList<ulong> seeds, TrainingOptions training,
        RunOptions run)
    {
        (this.device, this.preset, this.data, this.training, this.run) = (device, preset, data, training, run);
        (FolderPath, Seeds) = (path, seeds);
        threads = device.Options.Threads > 0 ? device.Options.Threads : Environment.ProcessorCount;
        // Two trainings on a thread each are faster than one after the other on two; other devices run one at a time.
        AtOnce = device.Kind == DeviceKind.Cpu ? Math.Min(threads, seeds.Count) : 1;
    }

    /// <summary>Prepares the runs; nothing is written yet.</summary>
    /// <param name="device">Where to train; stays the caller's. On the processor as many seeds are trained at once as it
    /// has threads.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="data">The real samples.</param>
    /// <param name="path">The folder: new, empty, or that of an earlier call.</param>
    /// <param name="seeds">The seeds, each once.</param>
    /// <param name="training">How to train; as the preset's recipe says if it is null. Its seed is not used.</param>
    /// <param name="run">What each run does besides; samples are measured against its
    /// <see cref="RunOptions.HeldOut"/>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No step, or no epoch, is asked for.</exception>
    /// <exception cref="InvalidInputException">There is no seed, or one twice; an option is out of its range, samples
    /// of the data can't be measured, the device rounds the factors of products, or the folder holds something
    /// else.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static SeedRuns Prepare(
        Device device, Preset preset, DataSet data, string path, IReadOnlyList<ulong> seeds,
        TrainingOptions? training = null, RunOptions? run = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(seeds);
        (training, run) = (training ?? preset.Recipe, run ?? new RunOptions());
        if (seeds.Count == 0 || seeds.Distinct().Count() < seeds.Count)
            throw new InvalidInputException("Give at least one seed, and each once.");
        if (device.Precision != MatrixPrecision.Float32)
            throw new InvalidInputException(
                "Seeds are measured at their end, by distances that need float32; open the device with that precision.");
        if (!IsOne(path))
            RunFolder.CheckFree(path);
        Evaluation.Check(data, run.HeldOut);
        if (run.Best is { } measure)
            new QualityWatch(measure, device, data, run.HeldOut).Dispose();
        // Whatever a trainer refuses is refused before there is a folder.
        using (GanTrainer first = new(device, preset, data, training))
        {
            run.Pictures?.Check(first.Generator.GridSize, first.Format);
            TrainingRun.StepsOf(first, run);
        }

        return new SeedRuns(device, preset, data, path, [.. seeds], training, run);
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>The seeds, in the order of results.</summary>
    public IReadOnlyList<ulong> Seeds { get; }

    /// <summary>Trainings at a time.</summary>
    public int AtOnce { get; }

    /// <summary>The file with what the seeds are worth.</summary>
    public string ResultsPath => Path.Combine(FolderPath, ResultsName);

    /// <summary>Whether a folder is that of several seeds.</summary>
    internal static bool IsOne(string path) => File.Exists(Path.Combine(path, ResultsName));

    /// <summary>Trains what is not trained yet, measures each seed, and writes seeds.json.</summary>
    /// <param name="show">Is handed a seed, its report and the step that it is to end at, from any thread; may be
    /// null.</param>
    /// <param name="cancellationToken">Ends the trainings after the steps in flight, with everything saved.</param>
    /// <returns>What each seed is worth; one whose training diverged says so.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; what was trained is saved.</exception>
    /// <exception cref="InvalidInputException">The folder can't be made, a seed's run is another, or samples can't be
    /// measured.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed, also while it trains.</exception>
    /// <exception cref="IOException">Something can't be written; the checkpoints are saved if they can be.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public async Task<IReadOnlyList<SeedResult>> TrainAsync(
        Action<ulong, TrainingReport, long>? show = null, CancellationToken cancellationToken = default)
    {
        if (!IsOne(FolderPath))
            Create();
        ConcurrentDictionary<ulong, string> diverged = new();
        await Parallel.ForEachAsync(
            Seeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
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
            }).ConfigureAwait(false);
        List<SeedResult> results = [];
        foreach (ulong seed in Seeds)
            results.Add(diverged.TryGetValue(seed, out string? why) ? new SeedResult(seed, null, why)
                : new SeedResult(seed, Evaluate(seed, cancellationToken)));
        Save(results);
        return results;
    }

    private async Task TrainAsync(
        ulong seed, Action<ulong, TrainingReport, long>? show, CancellationToken cancellation)
    {
        using Device? own = AtOnce > 1
            ? Device.Open(device.Name, device.Options with { Threads = Math.Max(1, threads / AtOnce) }) : null;
        using TrainingRun one = TrainingRun.StartOrResume(
            own ?? device, preset, data, RunPath(seed), training with { Seed = seed }, run);
        await one.TrainAsync(new Told(report => show?.Invoke(seed, report, one.LastStep)), cancellation).ConfigureAwait(false);
    }

    private Evaluation Evaluate(ulong seed, CancellationToken cancellation)
    {
        string checkpoint = RunFolder.FindCheckpoint(RunPath(seed));
        using Generator generator = preset.Stored is OwnPreset ? Generator.Load(device, checkpoint, preset)
            : Generator.Load(device, checkpoint);
        // The classifier, where there is one, is the same for all.
        return Evaluation.Run(
            device, generator, data, run.HeldOut, new EvaluationOptions { ClassifierFolder = FolderPath },
            cancellation);
    }

    private string RunPath(ulong seed) => Path.Combine(FolderPath, FormattableString.Invariant($"seed-{seed}"));

    private void Create()
    {
        try
        {
            Directory.CreateDirectory(FolderPath);
            Save([]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The folder '{FolderPath}' can't be made: {e.Message}", e);
        }
    }

    private void Save(IReadOnlyList<SeedResult> results)
    {
        SeedsFile file = new(
            Seeds, [.. results.Select(one => new SeedsFile.Result(one.Seed, one.Diverged, one.Evaluation?.Figures))],
            SeedFigure.Of(results));
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(file, RunJson.Seeds.SeedsFile);
        AtomicFile.Write(ResultsPath, stream => stream.Write(json));
    }
}

/// <summary>What is in seeds.json.</summary>
/// <param name="Seeds">The seeds of the latest call.</param>
/// <param name="Results">What each is worth; empty until all are trained.</param>
/// <param name="Summary">Means over the seeds.</param>
internal sealed record SeedsFile(
    IReadOnlyList<ulong> Seeds, IReadOnlyList<SeedsFile.Result> Results, IReadOnlyList<SeedFigure> Summary)
{
    /// <summary>A seed's figures; null if its training diverged, with what it said then.</summary>
    internal sealed record Result(ulong Seed, string? Diverged, IEnumerable<Figure>? Figures);
}
