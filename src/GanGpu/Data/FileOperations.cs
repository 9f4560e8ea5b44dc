using System.Runtime.InteropServices;

namespace GanGpu.Data;

/// <summary>
/// What <see cref="AtomicFile"/> asks of the system, each of which can fail: tests let each fail in turn.
/// </summary>
internal partial class FileOperations
{
    private const int BufferSize = 1 << 16, ReadOnly = 0;

    private static readonly AsyncLocal<FileOperations?> Replacement = new();

    private static readonly FileOperations System = new();

    /// <summary>Those of this flow of execution.</summary>
    public static FileOperations Current
    {
        get => Replacement.Value ?? System;
        set => Replacement.Value = value;
    }

    /// <summary>A new file to write.</summary>
    public virtual Stream Create(string path) =>
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);

    /// <summary>Brings what was written to the disk.</summary>
    public virtual void Flush(Stream stream) => ((FileStream)stream).Flush(flushToDisk: true);

    /// <summary>Gives a file another's name, and takes that one's place.</summary>
    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>
    /// Brings a folder's entries to the disk, so that a name that was given outlives a loss of power. Windows does that
    /// by itself; not every file system knows it, and the file is whole either way.
    /// </summary>
    public virtual void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        // .NET opens no folders. Where the file system can't do it either, what was asked for is done all the same.
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
