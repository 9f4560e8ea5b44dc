namespace GanGpu.Data;

/// <summary>
/// One process, and in it one task, at a time. The lock is the operating system's on an open file, so that it ends with
/// the process that held it, however that ends; the file itself stays, since to delete it would let two in.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <param name="folder">The folder, which exists.</param>
    /// <param name="waiting">Is called once if somebody else is in.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static async Task<FolderLock> EnterAsync(string folder, Action waiting, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, Name);
        for (bool told = false; ; told = true)
        {
            try
            {
                return new FolderLock(
                    new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (IsHeld(e))
            {
                if (!told)
                    waiting();
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>
    /// Windows says that the file is shared wrongly; elsewhere it is EWOULDBLOCK: 11 on Linux, 35 on macOS.
    /// </summary>
    private static bool IsHeld(IOException e) =>
        e.GetType() == typeof(IOException)
            && (OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 32 : e.HResult is 11 or 35);
}
