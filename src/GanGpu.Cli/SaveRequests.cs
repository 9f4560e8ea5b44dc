using System.Runtime.InteropServices;

namespace GanGpu.Cli;

/// <summary>
/// Listens for SIGUSR1, which asks a training for a checkpoint; Windows has no such signal. Made after the device is opened: an OpenCL driver that
/// brings LLVM along, as PoCL does, takes the signal for itself while it is loaded, whatever device is then used.
/// </summary>
internal sealed class SaveRequests : IDisposable
{
    // .NET knows the signal by its number only.
    private const int OfLinux = 10, OfMac = 30;

    private readonly PosixSignalRegistration? registration;
    private int requested;

    public SaveRequests() => registration = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? OfMac : OfLinux), context =>
    {
        context.Cancel = true;
        requested = 1;
    });

    /// <summary>Whether somebody has asked since this was last called.</summary>
    public bool Take() => Interlocked.Exchange(ref requested, 0) != 0;

    public void Dispose() => registration?.Dispose();
}
