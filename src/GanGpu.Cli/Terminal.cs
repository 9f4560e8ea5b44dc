using Spectre.Console;

namespace GanGpu.Cli;

/// <summary>What the output goes to. Colours are Spectre.Console's matter; it heeds NO_COLOR.</summary>
internal static class Terminal
{
    /// <summary>A terminal that a display can be redrawn on; otherwise there are plain lines, without escape sequences.</summary>
    public static bool IsLive =>
        !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
        && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };
}
