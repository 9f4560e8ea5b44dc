using System.CommandLine;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>What RUN names: a run's folder, or a checkpoint file.</summary>
/// <param name="Checkpoint">The file with the weights.</param>
/// <param name="Folder">The run's folder; null where a file was named.</param>
internal sealed record TrainedRun(string Checkpoint, string? Folder)
{
    /// <summary>An argument RUN.</summary>
    public static Argument<string> Argument() => new("RUN") { Description = "A run's folder, or a checkpoint file." };

    /// <summary>An option --best.</summary>
    public static Option<bool> BestOption() =>
        new("--best")
        {
            Description = "Takes the run's best checkpoint, see gangpu train --best, instead of the latest."
        };

    /// <exception cref="InvalidInputException">There is no such run or file.</exception>
    public static TrainedRun Find(string run, bool best)
    {
        if (!Path.Exists(run))
            throw new InvalidInputException($"There is no '{run}'; name a run's folder or a checkpoint file.");
        if (!File.Exists(run))
            return new(RunFolder.FindCheckpoint(run, best), run);
        return best
            ? throw new InvalidInputException(
                $"--best chooses among a run's checkpoints, and '{run}' is a file; name the run's folder.")
            : new(run, null);
    }

    /// <summary>What the run was started with; null where a file was named.</summary>
    /// <exception cref="InvalidInputException">The settings can't be read.</exception>
    public RunSettings? ReadSettings() => Folder is null ? null : RunFolder.ReadSettings(Folder);

    /// <summary>The data set that it was trained on, unless another is asked for.</summary>
    /// <param name="asked">What --data says; null for nothing.</param>
    /// <param name="settings">What <see cref="ReadSettings"/> gave.</param>
    /// <exception cref="InvalidInputException">It is not known.</exception>
    public string DataOf(string? asked, RunSettings? settings)
    {
        if ((asked ?? settings?.Data) is { } known)
            return known;
        // A file that is no checkpoint is told so: it needs no data.
        Training.Checkpoint.Open(Checkpoint);
        throw new InvalidInputException(
            "A checkpoint does not say what it was trained on; name the data set with --data.");
    }

    /// <summary>
    /// What the classes are called, by number: also for a file that lies in its run's folder; null where that is not
    /// known.
    /// </summary>
    /// <exception cref="InvalidInputException">The settings can't be read.</exception>
    public IReadOnlyList<string>? ReadClassNames() => (Folder ?? FolderOf(Checkpoint)) is { } folder
        ? RunFolder.ReadSettings(folder).ClassNames : null;

    /// <summary>
    /// The run's folder that a file is a checkpoint of, by its own name and that of the folder; null where it lies
    /// elsewhere.
    /// </summary>
    public static string? FolderOf(string checkpoint)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(checkpoint))!;
        string? run = Path.GetFileName(checkpoint) is "checkpoint.safetensors" or "best.safetensors" ? folder
            : Path.GetFileName(folder) == "checkpoints" ? Path.GetDirectoryName(folder) : null;
        return run is not null && RunFolder.Exists(run) ? run : null;
    }
}
