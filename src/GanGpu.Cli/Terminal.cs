using Spectre.Console;

namespace GanGpu.Cli;

/// <summary>What the output goes to. Colours are Spectre.Console's matter; it heeds NO_COLOR.</summary>
internal static class Terminal
{
    private static TextWriter? direct;

    /// <summary>
    /// A terminal that a display can be redrawn on; otherwise there are plain lines, without escape sequences. Before
    /// <see cref="Guard"/> there is none: whoever runs commands within another program reads what they write.
    /// </summary>
    public static bool IsLive =>
        direct is not null
        && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
        && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>From now on nothing that is written holds a control character of somebody else's.</summary>
    public static void Guard()
    {
        direct = Console.Out;
        // Made before the writer is another: it asks whether that is a terminal. Elsewhere nobody uses it.
        if (!Console.IsOutputRedirected)
            AnsiConsole.Console.Pipeline.Attach(new PrintableHook());
        Console.SetOut(new PrintableWriter(direct));
        Console.SetError(new PrintableWriter(Console.Error));
    }

    /// <summary>Shows the cursor again, which a display had hidden.</summary>
    public static void ShowCursor()
    {
        direct?.Write("\u001b[?25h");
        direct?.Flush();
    }
}
