namespace GanGpu.Runs;

/// <summary>
/// A run that what is asked for is the continuation of: the same settings, and trained for fewer steps than asked for.
/// So whoever asks for the same again loses nothing.
/// </summary>
internal static class EarlierRun
{
    /// <summary>The run in a folder that was named, where there is one.</summary>
    /// <exception cref="InvalidInputException">It has other settings.</exception>
    public static string? In(string path, RunSettings asked)
    {
        if (!RunFolder.Exists(path))
            return null;
        IReadOnlyList<string> differences = RunFolder.ReadSettings(path).DifferencesFrom(asked);
        return differences.Count == 0 ? path : throw new InvalidInputException(
            $"'{path}' holds another run ({string.Join("; ", differences)}); go on with that one, start over, or name " +
            "another folder.")
        {
            Remedy = Remedy.ResumeOrOtherFolder,
        };
    }

    /// <summary>The latest of the runs with names of our own, where it is not finished and nobody trains it.</summary>
    /// <param name="prefix">All of the folder's path but the number.</param>
    /// <param name="asked">What was asked for.</param>
    public static string? Among(string prefix, RunSettings asked)
    {
        string? latest = null;
        for (int number = 1; Path.Exists(FormattableString.Invariant($"{prefix}{number}")); number++)
        {
            string path = FormattableString.Invariant($"{prefix}{number}");
            latest = IsContinuation(path, asked) ? path : latest;
        }

        return latest;
    }

    private static bool IsContinuation(string path, RunSettings asked)
    {
        try
        {
            return RunFolder.Exists(path) && RunFolder.ReadSettings(path) is var settings
                && settings.DifferencesFrom(asked).Count == 0
                && !RunFolder.IsBeingTrained(path) && RunFolder.ReadStep(path) < settings.Sessions[^1].ToStep;
        }
        catch (InvalidInputException)
        {
            // Not a run that could be gone on with; its folder is left alone.
            return false;
        }
    }
}
