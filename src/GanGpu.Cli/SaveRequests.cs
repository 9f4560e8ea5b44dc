using System.Runtime.InteropServices;

namespace GanGpu.Cli;

/// <summary>
/// SIGUSR1, which asks a training for a checkpoint, and does no other command any harm; Windows has no such signal.
/// </summary>
internal static class SaveRequests
{
    // .NET knows the signal by its number only.
    private const int OfLinux = 10, OfMac = 30;

    private static PosixSignalRegistration? registration;
    private static bool listens;
    private static int requested;

    /// <summary>Listens from now on.</summary>
    public static void Start()
    {
        listens = true;
        Listen();
    }

    /// <summary>
    /// Listens anew, if it is to: an OpenCL driver that brings LLVM along, as PoCL does, takes the signal for itself
    /// while it is loaded, whatever device is then used.
    /// </summary>
    public static void Listen()
    {
        registration?.Dispose();
        if (!listens || OperatingSystem.IsWindows())
            return;
        registration =
            PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? OfMac : OfLinux), context =>
        {
            context.Cancel = true;
            requested = 1;
        });
    }

    /// <summary>Whether somebody has asked since this was last called.</summary>
    public static bool Take() => Interlocked.Exchange(ref requested, 0) != 0;

    /// <summary>Listens no more.</summary>
    public static void Stop()
    {
        listens = false;
        registration?.Dispose();
        registration = null;
    }
}
