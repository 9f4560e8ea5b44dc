using System.Text.Json;
using GanGpu.Data;
using GanGpu.Training;

namespace GanGpu.Runs;

/// <summary>
/// A folder with all that a training leaves behind. Every file but metrics.jsonl is replaced only once its successor is
/// complete, so that a run that is killed leaves the state of its latest checkpoint. The files are those that
/// <see cref="TrainingRun"/> lists.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const string SettingsName = "settings.json", MetricsName = "metrics.jsonl",
        CheckpointName = "checkpoint.safetensors", BestName = "best.safetensors", ClaimName = ".lock";

    private readonly FileStream claim;
    private readonly RunMetrics metrics;

    private RunFolder(string path, RunSettings settings, FileStream claim, RunMetrics metrics)
    {
        this.claim = claim;
        FolderPath = path;
        Settings = settings;
        this.metrics = metrics;
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>What the run was started with.</summary>
    public RunSettings Settings { get; }

    /// <summary>The training's state.</summary>
    public string CheckpointPath => Path.Combine(FolderPath, CheckpointName);

    /// <summary>The training's state where its samples were best, if that is measured.</summary>
    public string BestPath => Path.Combine(FolderPath, BestName);

    /// <summary>
    /// The folder of the checkpoints that are kept besides those two, see <see cref="RunSettings.KeepCheckpoints"/>.
    /// </summary>
    public string CheckpointsPath => Path.Combine(FolderPath, "checkpoints");

    /// <summary>The latest grid of samples.</summary>
    public string SamplesPath => Path.Combine(FolderPath, "samples.png");

    /// <summary>All of it on one page.</summary>
    public string ReportPath => Path.Combine(FolderPath, RunReport.FileName);

    /// <summary>The drawn figures.</summary>
    public string LossPlotPath => Path.Combine(FolderPath, "loss.png");

    /// <summary>Refuses a path that can't become a run's folder, before anything is computed for it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InvalidInputException">It is a file, or a folder that holds something.</exception>
    public static void CheckFree(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            throw new InvalidInputException(
                $"'{path}' is a file, so it can't be a run's folder; name another one.")
            {
                Remedy = Remedy.OtherFolder,
            };
        if (!Directory.Exists(path))
            return;
        if (File.Exists(Path.Combine(path, SettingsName)))
            throw new InvalidInputException(
                $"'{path}' holds another run; go on with that one, start over, or name another folder.")
            {
                Remedy = Remedy.ResumeOrOtherFolder,
            };
        if (Read(path, () => Directory.EnumerateFileSystemEntries(path).Any()))
            throw new InvalidInputException($"'{path}' is not empty; name another folder.")
            {
                Remedy = Remedy.OtherFolder,
            };
    }

    /// <summary>Whether a folder holds a run.</summary>
    /// <param name="path">The folder.</param>
    public static bool Exists(string path) =>
        File.Exists(Path.Combine(path, SettingsName)) && File.Exists(Path.Combine(path, CheckpointName));

    /// <summary>Whether a run is being trained at this moment, by this process or another.</summary>
    /// <param name="path">The run's folder.</param>
    public static bool IsBeingTrained(string path)
    {
        string claim = Path.Combine(path, ClaimName);
        if (!File.Exists(claim))
            return false;
        try
        {
            using FileStream _ = new(claim, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is not FileNotFoundException;
        }
    }

    /// <summary>Refuses a run that is being trained at this moment.</summary>
    /// <param name="path">The run's folder.</param>
    /// <exception cref="InvalidInputException">It is.</exception>
    public static void CheckNotTrained(string path)
    {
        if (IsBeingTrained(path))
            throw new InvalidInputException(
                $"'{path}' holds a run that is being trained; stop it first, or name another folder.")
            {
                Remedy = Remedy.OtherFolder,
            };
    }

    /// <summary>Gives a run's folder another name, so that its own is free for a new run; nothing is lost.</summary>
    /// <param name="path">The run's folder.</param>
    /// <returns>Where it is now.</returns>
    /// <exception cref="InvalidInputException">The folder holds no run, or one that is being trained, or can't be
    /// moved.</exception>
    public static string SetAside(string path)
    {
        ReadSettings(path);
        CheckNotTrained(path);
        string folder = Path.TrimEndingDirectorySeparator(path);
        for (int number = 1; ; number++)
        {
            string aside = FormattableString.Invariant($"{folder}-before-{number}");
            if (Path.Exists(aside))
                continue;
            Read(path, () =>
            {
                Directory.Move(folder, aside);
                return aside;
            });
            return aside;
        }
    }

    /// <summary>The steps that a run was trained for by its latest checkpoint.</summary>
    /// <param name="path">The run's folder.</param>
    /// <exception cref="InvalidInputException">There is no checkpoint, or none that can be read.</exception>
    public static long ReadStep(string path) => Checkpoint.Read(FindCheckpoint(path)).Step;

    /// <summary>The reports in a run's metrics.jsonl; none where there is no such file.</summary>
    /// <param name="path">The run's folder.</param>
    public static IReadOnlyList<TrainingReport> ReadReports(string path)
    {
        string metrics = Path.Combine(path, MetricsName);
        return File.Exists(metrics) ? Read(metrics, () => RunMetrics.Read(metrics)) : [];
    }

    /// <summary>Starts a run's folder.</summary>
    /// <param name="path">A folder that is not there, or is empty.</param>
    /// <param name="settings">What the run is started with.</param>
    /// <exception cref="InvalidInputException">The folder holds something, or can't be made.</exception>
    public static RunFolder Create(string path, RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CheckFree(path);
        bool wasThere = Directory.Exists(path);
        FileStream? claim = null;
        RunMetrics? metrics = null;
        try
        {
            Directory.CreateDirectory(path);
            claim = Claim(path);
            metrics = RunMetrics.Create(Path.Combine(path, MetricsName));
            WriteSettings(path, settings);
            Directory.CreateDirectory(Path.Combine(path, "samples"));
            return new RunFolder(path, settings, claim, metrics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            metrics?.Dispose();
            claim?.Dispose();
            if (metrics is not null && !wasThere)
                Directory.Delete(path, recursive: true);
            throw new InvalidInputException($"The folder '{path}' can't be made: {e.Message}", e);
        }
    }

    /// <summary>Reads what a run was started with.</summary>
    /// <param name="path">The run's folder.</param>
    /// <exception cref="InvalidInputException">The folder is missing or holds no run.</exception>
    public static RunSettings ReadSettings(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new InvalidInputException($"There is no folder '{path}'.");
        string settings = Path.Combine(path, SettingsName);
        if (!File.Exists(settings))
            throw new InvalidInputException($"'{path}' holds no run: there is no {SettingsName} in it.");
        try
        {
            RunSettings read = Read(settings, () => RunJson.Runs.ReadSettings(File.ReadAllBytes(settings)));
            read.Validate();
            return read;
        }
        catch (Exception e)
            when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException
                or FormatException or OverflowException)
        {
            throw new InvalidInputException(
                $"'{settings}' can't be read as a run's settings: {Shown.Clause(e.Message)}.", e);
        }
    }

    /// <summary>The checkpoint of a run's folder.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="best">The one whose samples were best, rather than the latest.</param>
    /// <exception cref="InvalidInputException">The folder is missing or holds no checkpoint.</exception>
    public static string FindCheckpoint(string path, bool best = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string checkpoint = Path.Combine(path, CheckpointName);
        if (!Directory.Exists(path))
            throw new InvalidInputException($"There is no folder '{path}'.");
        if (best && File.Exists(checkpoint))
        {
            checkpoint = Path.Combine(path, BestName);
            if (!File.Exists(checkpoint))
                throw new InvalidInputException(
                    $"'{path}' has no best checkpoint: none was chosen while it was trained.")
                {
                    Remedy = Remedy.ChooseBest,
                };
        }

        return File.Exists(checkpoint) ? checkpoint
            : throw new InvalidInputException($"'{path}' holds no run: there is no {CheckpointName} in it.");
    }

    /// <summary>Goes on with a run's folder; its metrics are cut back to the step that training goes on from.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="session">What it goes on with.</param>
    /// <param name="tensorBoard">Whether it writes events for TensorBoard from now on, if it did not before.</param>
    /// <param name="keepCheckpoints">How many checkpoints are kept from now on besides the latest and the best; null
    /// for as many as before.</param>
    /// <exception cref="InvalidInputException">The folder holds no run, or one that is being trained at this
    /// moment.</exception>
    public static RunFolder Resume(
        string path, RunSession session, bool tensorBoard = false, int? keepCheckpoints = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        RunSettings settings = ReadSettings(path);
        settings = settings with
        {
            Sessions = [.. settings.Sessions, session],
            TensorBoard = tensorBoard ? true : settings.TensorBoard,
            KeepCheckpoints = keepCheckpoints ?? settings.KeepCheckpoints,
        };
        FileStream? claim = null;
        RunMetrics? metrics = null;
        try
        {
            claim = Claim(path);
            metrics = RunMetrics.Resume(Path.Combine(path, MetricsName), session.FromStep);
            // Whatever a killed process left unfinished; nobody else writes here now.
            foreach (
                string unfinished in Directory.EnumerateFiles(
                    path, AtomicFile.UnfinishedPattern, SearchOption.AllDirectories))
                File.Delete(unfinished);
            WriteSettings(path, settings);
            Directory.CreateDirectory(Path.Combine(path, "samples"));
            return new RunFolder(path, settings, claim, metrics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            metrics?.Dispose();
            claim?.Dispose();
            throw new InvalidInputException(
                $"'{path}' can't be written to; is the run still being trained? {e.Message}", e);
        }
    }

    /// <summary>Adds a report to metrics.jsonl.</summary>
    /// <param name="report">The report.</param>
    public void Append(TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        metrics.Append(report);
    }

    /// <summary>
    /// Takes what was reported after a step out of metrics.jsonl, and checkpoints kept of later steps away, where
    /// training goes back to that step.
    /// </summary>
    /// <param name="step">The step.</param>
    public void CutBack(long step)
    {
        metrics.CutBack(step);
        KeptCheckpoints.CutBack(CheckpointsPath, step);
    }

    /// <summary>Saves the latest checkpoint; one that is there is replaced only once the new one is complete.</summary>
    /// <param name="trainer">The run's.</param>
    /// <exception cref="TrainingDivergedException">A weight or a moment is no finite number; the checkpoint that is
    /// there stays.</exception>
    /// <exception cref="IOException">It can't be written, or the run's folder is gone: it is not made again, for the
    /// rest of the run is elsewhere.</exception>
    public void SaveCheckpoint(GanTrainer trainer) => Save(trainer, CheckpointPath);

    /// <summary>As <see cref="SaveCheckpoint"/>, as the best one so far.</summary>
    /// <param name="trainer">The run's.</param>
    public void SaveBest(GanTrainer trainer) => Save(trainer, BestPath);

    private void Save(GanTrainer trainer, string path)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (!Directory.Exists(FolderPath))
            throw new DirectoryNotFoundException($"The run's folder '{FolderPath}' is gone.");
        trainer.Save(path);
    }

    /// <summary>
    /// Keeps a copy of the latest checkpoint, where the settings want that; the oldest kept goes once the new one has
    /// been read back whole.
    /// </summary>
    /// <param name="step">Its step.</param>
    /// <exception cref="IOException">It can't be written; those that are there stay.</exception>
    public void KeepCheckpoint(long step)
    {
        if (Settings.KeepCheckpoints is { } most)
            KeptCheckpoints.Add(CheckpointsPath, CheckpointPath, step, most);
    }

    /// <summary>
    /// All reports in metrics.jsonl, those before a resumption included; time left is not among what it holds.
    /// </summary>
    public IReadOnlyList<TrainingReport> ReadReports() => RunMetrics.Read(Path.Combine(FolderPath, MetricsName));

    /// <summary>The settings as they stand in the file.</summary>
    /// <param name="path">The run's folder.</param>
    internal static JsonElement ReadSettingsText(string path) =>
        JsonSerializer.SerializeToElement(ReadSettings(path).Stored, RunJson.Runs.RunSettings);

    /// <summary>Saves a picture of samples as that of a step, and as the latest.</summary>
    /// <param name="step">Steps trained.</param>
    /// <param name="png">A PNG file.</param>
    /// <exception cref="InvalidInputException">A file can't be written.</exception>
    public void SaveSamples(long step, byte[] png)
    {
        string path = Path.Combine(FolderPath, "samples", FormattableString.Invariant($"step-{step:D6}.png"));
        SampleBatch.Save(path, stream => stream.Write(png));
        SampleBatch.Save(SamplesPath, stream => stream.Write(png));
    }

    /// <summary>Saves the drawn figures.</summary>
    /// <param name="png">A PNG file.</param>
    public void SaveLossPlot(byte[] png) => AtomicFile.Write(LossPlotPath, stream => stream.Write(png));

    /// <summary>Ends the writing.</summary>
    public void Dispose()
    {
        metrics.Dispose();
        claim.Dispose();
    }

    /// <summary>
    /// Keeps other processes from writing here. The file goes when it is closed; where the process was killed it stays,
    /// but the system has taken the lock off it.
    /// </summary>
    private static FileStream Claim(string path) =>
        new(Path.Combine(path, ClaimName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1,
            FileOptions.DeleteOnClose);

    private static void WriteSettings(string path, RunSettings settings) =>
        AtomicFile.Write(
            Path.Combine(path, SettingsName), stream =>
            JsonSerializer.Serialize(stream, settings.Stored, RunJson.Runs.RunSettings));

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' can't be read: {e.Message}", e);
        }
    }
}
