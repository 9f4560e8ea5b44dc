namespace GanGpu.Data;

/// <summary>
/// Where downloaded data sets and decoded images are kept: the folder that the environment variable GANGPU_CACHE names,
/// else "gangpu" in the user's folder for caches. All of it can be deleted at any time; it is made again when it is
/// needed.
/// </summary>
internal static class CacheFolder
{
    /// <summary>The environment variable's name.</summary>
    public const string Variable = "GANGPU_CACHE";

    /// <summary>What the variable says where no decoded images are to be kept.</summary>
    private const string Off = "none";

    /// <summary>Whether the user wants nothing to be kept: the variable says "none".</summary>
    public static bool IsOff => Environment.GetEnvironmentVariable(Variable) == Off;

    /// <summary>The folder in full; it need not exist.</summary>
    /// <exception cref="InvalidInputException">The environment variable is no path, or says "none".</exception>
    public static string Location
    {
        get
        {
            string? asked = Environment.GetEnvironmentVariable(Variable);
            if (string.IsNullOrWhiteSpace(asked))
                return Path.Combine(OfUser, "gangpu");
            if (asked == Off)
                throw new InvalidInputException(
                    $"{Variable} is '{Off}', so that there is no folder for downloads; let it name one.");
            return asked.Contains('\0', StringComparison.Ordinal)
                ? throw new InvalidInputException($"{Variable} is no path.") : Path.GetFullPath(asked);
        }
    }

    private static string OfUser
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (OperatingSystem.IsWindows())
                return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            if (OperatingSystem.IsMacOS())
                return Path.Combine(home, "Library", "Caches");
            // The XDG base directory specification takes absolute paths only.
            return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } folder
                && Path.IsPathRooted(folder) ? folder
                : home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
        }
    }
}
