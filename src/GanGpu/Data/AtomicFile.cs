namespace GanGpu.Data;

/// <summary>
/// Files that are there whole or not at all: written beside their place, flushed to the disk, then renamed. Whatever
/// fails on the way, a file that was there before stays as it was.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Matches what a process that was killed left unfinished.</summary>
    internal const string UnfinishedPattern = ".*.tmp";

    private const int LongestBeginning = 40;

    /// <summary>As <see cref="Write"/>, and makes the folders above the file where they are not there.</summary>
    internal static void WriteWithFolders(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Write(path, write);
    }

    /// <summary>Writes a file, replacing one of that name.</summary>
    /// <param name="path">The file, in a folder that is there.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">It can't be written; nothing of it is left.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // Only the beginning of the name, for a reader: with all of it, a long name would become one too long for the
        // disk.
        string name = Path.GetFileName(path),
            aside = Path.Combine(folder, $".{name[..Math.Min(name.Length, LongestBeginning)]}.{Guid.NewGuid():N}.tmp");
        try
        {
            FileOperations system = FileOperations.Current;
            using (Stream stream = system.Create(aside))
            {
                write(stream);
                system.Flush(stream);
            }

            system.Rename(aside, path);
            system.FlushFolder(folder);
        }
        catch (Exception e)
        {
            Discard(aside);
            // The system speaks of the file that was written beside; nobody else knows that one.
            if (e is IOException or UnauthorizedAccessException
                && e.Message.Contains(Path.GetFileName(aside), StringComparison.Ordinal))
                throw new IOException(e.Message.Replace(aside, Path.GetFullPath(path), StringComparison.Ordinal), e)
                {
                    HResult = e.HResult
                };
            throw;
        }
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone, or can't be written any more; what went wrong first is what the caller must hear.
        }
    }
}
