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
    private static Action? request;

    /// <summary>Listens from now on.</summary>
    public static void Start()
    {
        listens = true;
        Listen();
    }

    /// <summary>
    /// Listens for a training, if it is to; anew: an OpenCL driver that brings LLVM along, as PoCL does, takes the signal for itself
    /// while it is loaded, whatever device is then used.
    /// </summary>
    /// <param name="save">Asks the training for a checkpoint.</param>
    public static void Listen(Action save)
    {
        request = save;
        Listen();
    }

    private static void Listen()
    {
        registration?.Dispose();
        if (!listens || OperatingSystem.IsWindows())
            return;
        registration =
            PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? OfMac : OfLinux), context =>
        {
            context.Cancel = true;
            request?.Invoke();
        });
    }

    /// <summary>Listens no more.</summary>
    public static void Stop()
    {
        listens = false;
        registration?.Dispose();
        registration = null;
    }
}
