using System.Runtime.InteropServices;

namespace GanGpu.Onnx;

/// <summary>
/// ONNX Runtime's official builds report their use to Microsoft over HTTPS, and keep a device's identifier in the
/// user's cache folder, unless ORT_DISABLE_TELEMETRY is 1 when the native library starts (its Privacy.md). GanGpu sends
/// nothing to anybody, so it is set before the first use, unless the user has set it to something else.
/// </summary>
internal static partial class Telemetry
{
    private const string Name = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Once = new(() =>
    {
        string value = Environment.GetEnvironmentVariable(Name) ?? "1";
        Environment.SetEnvironmentVariable(Name, value);
        // On Unix .NET changes a copy of its own, which native code does not see.
        return OperatingSystem.IsWindows() || SetEnvironment(Name, value, 1) == 0;
    });

    /// <summary>Turns it off.</summary>
    /// <exception cref="InvalidOperationException">The system refuses; then nothing may be started.</exception>
    public static void TurnOff()
    {
        if (!Once.Value)
            throw new InvalidOperationException(
                $"ONNX Runtime would report its use, for {Name} can't be set; set it to 1 before the program starts.");
    }

    /// <summary>What native code finds.</summary>
    internal static string? Seen => Marshal.PtrToStringUTF8(GetEnvironment(Name));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
