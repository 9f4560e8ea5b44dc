using GanGpu.Cli.Commands;
using GanGpu.Data;

namespace GanGpu.Cli;

/// <summary>What went wrong, as the user sees it: one sentence on one line, and an exit code.</summary>
internal sealed record Fault(int Code, string Sentence)
{
    public static Fault Of(Exception exception) => exception switch
    {
        IOException full when IsDiskFull(full) => DiskFull(exception),
        { InnerException: IOException full } when IsDiskFull(full) => DiskFull(exception),
        InvalidInputException input => new(ExitCode.BadInput, WithHint(input.Message, HintOf(input))),
        DownloadException => new(ExitCode.Download, WithHint(exception.Message, "--mirror gives another address")),
        TrainingDivergedException => new(ExitCode.Diverged, exception.Message),
        DeviceUnavailableException => new(ExitCode.Device, DeviceArguments.AsOption(exception.Message)),
        DeviceOutOfMemoryException => new(ExitCode.Device, exception.Message),
        // A GPU that failed while it ran; its context can't be used any more, so that only a new process can go on.
        ILGPU.Runtime.AcceleratorException =>
            new(ExitCode.Device,
                $"The device failed ({exception.Message}); start again, or go on from the last checkpoint with " +
                "--resume."),
        // These come from the system, and say which file: a folder that was taken away, or can't be written to.
        IOException or UnauthorizedAccessException => new(ExitCode.Unexpected, exception.Message),
        _ => new(ExitCode.Unexpected, $"Unexpected {exception.GetType().Name}: {exception.Message}"),
    };

    /// <summary>How what would help is asked for on the command line.</summary>
    private static string? HintOf(InvalidInputException exception) => exception.Remedy switch
    {
        Remedy.OtherFolder => "--out names another folder",
        Remedy.ResumeOrOtherFolder =>
            "--resume goes on with that one, --new starts over, --out names another folder",
        Remedy.ChooseBest => "gangpu train --best chooses one",
        Remedy.Import => "on the command line: gangpu import",
        Remedy.Fetch when exception is DataFormatException data => $"gangpu data fetch {data.Path}",
        _ => null,
    };

    private static string WithHint(string sentence, string? hint) =>
        hint is null ? sentence : $"{sentence.TrimEnd('.')} ({hint}).";

    private static Fault DiskFull(Exception exception) =>
        new(ExitCode.DiskFull,
            $"There is no room left: {exception.Message.TrimEnd('.')}. Free some and try again; a training goes on " +
            "from its last checkpoint.");

    /// <summary>
    /// Whether the disk, or the user's share of it, is full: the system's number of the error, which .NET hands on.
    /// </summary>
    public static bool IsDiskFull(IOException exception)
    {
        const int NoSpace = 28, QuotaOfLinux = 122, QuotaOfMac = 69, WindowsHandleFull = unchecked((int)0x80070027),
            WindowsFull = unchecked((int)0x80070070);
        return OperatingSystem.IsWindows() ? exception.HResult is WindowsHandleFull or WindowsFull
            : exception.HResult == NoSpace
                || exception.HResult == (OperatingSystem.IsMacOS() ? QuotaOfMac : QuotaOfLinux);
    }

    public static int Report(Fault fault)
    {
        Console.Error.WriteLine(
            "gangpu: "
            + string.Join(
                ' ', fault.Sentence.Split(
                    ['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        return fault.Code;
    }
}
