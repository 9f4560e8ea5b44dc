using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Devices;

/// <summary>The machine's processor in words.</summary>
internal static class Processor
{
    /// <summary>Such as "AMD EPYC 9V74, 8 threads, 512-bit vectors, 31.1 GiB".</summary>
    public static string Describe(int threads)
    {
        int used = threads == 0 ? Environment.ProcessorCount : threads;
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128 : 32;
        return string.Create(CultureInfo.InvariantCulture,
            $"{Name()}, {used} {(used == 1 ? "thread" : "threads")}, {bits}-bit vectors, " +
            $"{Gibibytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}");
    }

    /// <summary>Bytes as GiB with one decimal.</summary>
    public static string Gibibytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");

    private static string Name()
    {
        const string Key = "model name";
        try
        {
            if (OperatingSystem.IsLinux())
            {
                string? line = File.ReadLines("/proc/cpuinfo")
                    .FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
                if (line is not null)
                    return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide it; the name is for reading only.
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? $"{RuntimeInformation.ProcessArchitecture} processor";
    }
}
