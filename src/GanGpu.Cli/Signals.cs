using System.Runtime.InteropServices;

namespace GanGpu.Cli;

/// <summary>
/// Signals that ask for an end: the first cancels the token, so that what runs can save and leave; the second ends the
/// process at once, for whoever can't wait.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private int number;

    public Signals() => registrations =
    [
        Register(PosixSignal.SIGINT, 2),
        Register(PosixSignal.SIGTERM, 15),
        Register(PosixSignal.SIGHUP, 1),
    ];

    public CancellationToken Token => source.Token;

    /// <summary>What the process is to end with after a signal.</summary>
    public int ExitCode => Cli.ExitCode.Signal + number;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int signalNumber) => PosixSignalRegistration.Create(signal, context =>
    {
        // A signal that is not cancelled here does what it does by default, and that is to end the process.
        if (Interlocked.CompareExchange(ref number, signalNumber, 0) != 0)
            return;
        context.Cancel = true;
        source.Cancel();
    });
}
