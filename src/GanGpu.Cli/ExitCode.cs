namespace GanGpu.Cli;

/// <summary>
/// What gangpu ends with; a signal's number is added to 128, as shells do: 130 for Ctrl-C, 143 for SIGTERM.
/// </summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something that nobody foresaw.</summary>
    public const int Unexpected = 1;

    /// <summary>A file, a name or an option that the user gave is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>A file could not be downloaded.</summary>
    public const int Download = 3;

    /// <summary>A loss is no longer a finite number.</summary>
    public const int Diverged = 5;

    /// <summary>The device is not there, fails, or has not enough memory.</summary>
    public const int Device = 6;

    /// <summary>There is no room left for a file.</summary>
    public const int DiskFull = 7;

    public const int Signal = 128;
}
