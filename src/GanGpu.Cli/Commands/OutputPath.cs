namespace GanGpu.Cli.Commands;

/// <summary>Refuses what a command could write to only after all its work, or not where the user meant.</summary>
internal static class OutputPath
{
    /// <summary>Endings that nobody gives a folder.</summary>
    private static readonly HashSet<string> OfFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".pdf", ".html", ".mp4",
            ".npy", ".npz", ".zip", ".tar", ".gz", ".7z", ".rar", ".csv", ".json", ".jsonl",
        ".txt", ".safetensors", ".onnx", ".pt", ".pth", ".py", ".pkl", ".h5",
    };

    /// <summary>Whether a path ends as files of a kind do.</summary>
    public static bool Ends(string path, string ending) =>
        Path.GetExtension(path).Equals(ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses a path that is no file of the kind that is written, or can't be written.</summary>
    /// <param name="option">The option that it was given with.</param>
    /// <param name="path">The path.</param>
    /// <param name="what">What is written, such as "a picture".</param>
    /// <param name="ending">How its files end, such as ".png".</param>
    /// <param name="needed">Whether it must end so; else only the endings of other files are refused.</param>
    /// <exception cref="InvalidInputException">It ends otherwise, its folder is not there, or it can't be
    /// written.</exception>
    public static void CheckFile(string option, string path, string what, string ending, bool needed = true)
    {
        if (!Ends(path, ending) && (needed || OfFiles.Contains(Path.GetExtension(path))))
            throw new InvalidInputException(
                $"{option} is '{path}', but what is written is {what}: end it in {ending}.");
        CheckFile(path);
    }

    /// <summary>Refuses a path that can't be written as a file.</summary>
    /// <exception cref="InvalidInputException">Its folder is not there, or it can't be written.</exception>
    public static void CheckFile(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"'{path}' can't be written: there is no folder '{folder}'.");
        if (Directory.Exists(path))
            throw new InvalidInputException($"'{path}' can't be written: it is a folder.");
        CheckWritable(path, folder);
    }

    /// <summary>Refuses a path that can't become a folder of pictures.</summary>
    /// <exception cref="InvalidInputException">It is a file or looks like one, holds something, or can't be
    /// made.</exception>
    public static void CheckFolder(string option, string path)
    {
        if (File.Exists(path))
            throw new InvalidInputException(
                $"'{path}' is a file; for a folder of pictures name another path, or end it in .npy or .png.");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new InvalidInputException($"The folder '{path}' is not empty; name another one with --out.");
        string ending = Path.GetExtension(path);
        if (!Directory.Exists(path) && ending.Length > 1 && char.IsAsciiLetter(ending[1]) | OfFiles.Contains(ending))
            throw new InvalidInputException(
                $"{option} is '{path}', and no {ending} files are written: end it in .png for a picture, in .npy for " +
                "an array, or in / for a folder of pictures.");
        CheckCanBeMade(path);
    }

    /// <summary>Refuses the name of a file for a run's folder.</summary>
    /// <exception cref="InvalidInputException">It ends as files do.</exception>
    public static void CheckRunName(string path)
    {
        if (!Path.Exists(path) && OfFiles.Contains(Path.GetExtension(path)))
            throw new InvalidInputException(
                $"--out is '{path}', but what is written is a folder with many files; give it another name than a " +
                "file's.");
    }

    /// <summary>
    /// Refuses a path at which no folder can be made, or written into where it is there; nothing of the attempt is
    /// left.
    /// </summary>
    /// <exception cref="InvalidInputException">It can't.</exception>
    public static void CheckCanBeMade(string path)
    {
        string folder = Path.GetFullPath(path), made = folder;
        if (!Directory.Exists(folder))
        {
            while (Path.GetDirectoryName(made) is { } parent && !Path.Exists(parent))
                made = parent;
        }

        bool wasThere = Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
            CheckWritable(path, folder);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException io && !Fault.IsDiskFull(io)))
        {
            throw new InvalidInputException($"The folder '{path}' can't be made: {e.Message}", e);
        }
        finally
        {
            if (!wasThere && Directory.Exists(made))
                Directory.Delete(made, recursive: true);
        }
    }

    /// <summary>By a file that is gone at once: rights alone do not tell of disks that can't be written to.</summary>
    private static void CheckWritable(string path, string folder)
    {
        try
        {
            using FileStream _ = new(
                Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None,
                bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException io && !Fault.IsDiskFull(io)))
        {
            throw new InvalidInputException(
                $"'{path}' can't be written: nothing can be written into the folder '{folder}'.", e);
        }
    }
}
