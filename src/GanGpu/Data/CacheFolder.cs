namespace GanGpu.Data;

/// <summary>
/// Where downloaded data sets and decoded images are kept: the folder that the environment variable GANGPU_CACHE names, else
/// "gangpu" in the user's folder for caches. All of it can be deleted at any time; it is made again when it is needed.
/// </summary>
public static class CacheFolder
{
    /// <summary>The environment variable's name.</summary>
    public const string Variable = "GANGPU_CACHE";

    /// <summary>The folder in full; it need not exist.</summary>
    /// <exception cref="InvalidInputException">The environment variable is no path.</exception>
    public static string Location
    {
        get
        {
            string? asked = Environment.GetEnvironmentVariable(Variable);
            if (string.IsNullOrWhiteSpace(asked))
                return Path.Combine(OfUser, "gangpu");
            return asked.Contains('\0', StringComparison.Ordinal) ? throw new InvalidInputException($"{Variable} is no path.") : Path.GetFullPath(asked);
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
            return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } folder && Path.IsPathRooted(folder) ? folder
                : home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
        }
    }
}
