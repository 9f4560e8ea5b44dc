using System.Runtime.InteropServices;

namespace GanGpu.Tests.Support;

/// <summary>
/// Variables of the environment that native libraries read. .NET keeps what is set in it to itself, but for Windows.
/// </summary>
internal static partial class NativeEnvironment
{
    /// <summary>Gives a variable a value, unless it has one.</summary>
    public static void SetDefault(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not null)
            return;
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(name, value);
        else
            _ = SetVariable(name, value, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
