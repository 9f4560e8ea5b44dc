using System.Globalization;
using System.Runtime.InteropServices;

namespace GanGpu.Benchmarks;

/// <summary>What the commands that print a table have in common.</summary>
internal static class Report
{
    /// <summary>When and on what the figures below it were taken.</summary>
    public static void Header()
    {
        Write($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {RuntimeInformation.OSDescription}, " +
            $"{RuntimeInformation.FrameworkDescription}, TorchSharp " +
            $"{typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}, {Environment.ProcessorCount} " +
            $"cores, OMP_WAIT_POLICY {Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "unset"}{Load()}");
        Write($"Vectors: {Vectors.InUse}.");
    }

    public static void Footer()
    {
        Write($"");
        Write($"Load at the end{Load()}");
    }

    /// <summary>A line; a program of measurements runs in the invariant culture throughout.</summary>
    public static void Write(string line) => Console.WriteLine(line);

    public static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static int[] Numbers(string list) =>
        [.. Split(list).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>
    /// What else the machine is doing matters to absolute times; ratios come from alternating slices.
    /// </summary>
    private static string Load() => File.Exists("/proc/loadavg")
        ? $", load average {string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3])}" : "";
}
