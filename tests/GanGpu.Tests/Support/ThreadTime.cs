using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GanGpu.Tests.Support;

/// <summary>
/// How long the calling thread has had a processor: what work takes, however busy the machine is with other things. By
/// the clock where the system is not Linux.
/// </summary>
internal static unsafe class ThreadTime
{
    private const int ThreadCpuTime = 3;

    public static TimeSpan Now
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return Stopwatch.GetElapsedTime(0);
            long* time = stackalloc long[2];
            Assert.Equal(0, clock_gettime(ThreadCpuTime, time));
            return TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000);
        }
    }

    /// <summary>What an action takes of this thread.</summary>
    public static TimeSpan Of(Action action)
    {
        TimeSpan begin = Now;
        action();
        return Now - begin;
    }

#pragma warning disable SYSLIB1054, IDE1006 // A C function under its own name.
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, long* time);
#pragma warning restore SYSLIB1054, IDE1006
}
