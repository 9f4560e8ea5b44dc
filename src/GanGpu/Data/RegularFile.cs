namespace GanGpu.Data;

/// <summary>Opening files without ever waiting: opening a FIFO waits until somebody writes into it.</summary>
internal static class RegularFile
{
    /// <summary>The file itself where the path is a link to it, whose own length and time say nothing.</summary>
    public static FileInfo Target(string path) =>
        new FileInfo(path) is var file && (file.Attributes & FileAttributes.ReparsePoint) != 0
            && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InvalidInputException">It is empty or something else, such as a FIFO or a device.</exception>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        // .NET does not tell what a path leads to, but all that is no file has a length of 0.
        FileSystemInfo target = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        if (target is FileInfo { Exists: true, Length: 0 })
            throw new DataFormatException(path, "is empty or no regular file; get the file again.");
        return File.OpenRead(path);
    }
}
