using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GanGpu.Cli;

/// <summary>
/// Signals that ask for an end: the first cancels the token, so that what runs can save and leave; a second Ctrl-C ends
/// the process at once, for whoever can't wait. Other repetitions are no impatience: timeout(1), for one, signals the
/// process and then its whole group.
/// </summary>
internal sealed class Signals : IDisposable
{
    /// <summary>A Ctrl-C that comes sooner is the first once more, passed on by a program in between.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    private int number;
    private long first;

    public Signals()
    {
        registrations =
            [Register(PosixSignal.SIGINT, 2), Register(PosixSignal.SIGTERM, 15), Register(PosixSignal.SIGHUP, 1)];
        SaveRequests.Start();
    }

    public CancellationToken Token => source.Token;

    /// <summary>What the process is to end with after a signal.</summary>
    public int ExitCode => Cli.ExitCode.Signal + number;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        SaveRequests.Stop();
        source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int signalNumber) =>
        PosixSignalRegistration.Create(signal, context =>
    {
        // A signal that is not cancelled here does what it does by default, and that is to end the process.
        if (Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0) == 0)
        {
            number = signalNumber;
            context.Cancel = true;
            source.Cancel();
        }
        else if (signal != PosixSignal.SIGINT || Stopwatch.GetElapsedTime(first) < Echo)
        {
            context.Cancel = true;
        }
        else if (Terminal.IsLive)
        {
            // The display hid it, and has no time left to show it.
            Terminal.ShowCursor();
        }
    });
}
