using System.Globalization;
using GanGpu.Data;
using GanGpu.Training;

namespace GanGpu.Runs;

/// <summary>
/// The latest checkpoints of a run, each in a file of its own that is named by its step, in a folder beside the run's
/// other files.
/// </summary>
internal static class KeptCheckpoints
{
    private const string Prefix = "step-", Ending = ".safetensors";

    /// <summary>Keeps a copy of a checkpoint; older ones go once it has been read back whole.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="step">Its step.</param>
    /// <param name="most">How many are kept, at least 1.</param>
    public static void Add(string folder, string checkpoint, long step, int most)
    {
        Directory.CreateDirectory(folder);
        string copy = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D6}{Ending}"));
        using (FileStream source = File.OpenRead(checkpoint))
            AtomicFile.Write(copy, source.CopyTo);
        // Only what is known to be of use takes the place of others.
        Checkpoint.Read(copy);
        foreach (
            (_, string path) in All(folder).Where(kept => kept.Step <= step).OrderByDescending(kept => kept.Step)
            .Skip(most))
            File.Delete(path);
    }

    /// <summary>Takes away those of later steps, where training goes back to an earlier one.</summary>
    public static void CutBack(string folder, long step)
    {
        foreach ((_, string path) in All(folder).Where(kept => kept.Step > step))
            File.Delete(path);
    }

    private static List<(long Step, string Path)> All(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, Prefix + "*" + Ending)
            .Select(path => (Text: Path.GetFileName(path)[Prefix.Length..^Ending.Length], path))
            .Where(file => file.Text.All(char.IsAsciiDigit) && file.Text.Length is > 0 and < 19)
            .Select(file => (long.Parse(file.Text, CultureInfo.InvariantCulture), file.path)),
    ];
}
