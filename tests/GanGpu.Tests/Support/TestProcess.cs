using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Support;

/// <summary>Tests in a process of their own, for what a process has only once: its memory, its libraries.</summary>
internal static class TestProcess
{
    /// <summary>Ends a hang, on the slowest machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Runs the tests that the runner's arguments select, expects them to pass, and gives what the runner printed. It
    /// may yield to all other processes.
    /// </summary>
    public static async Task<string> RunAsync(
        string[] selection, IReadOnlyDictionary<string, string>? environment = null, bool yields = false)
    {
        // A process of hundreds of threads would have nearly all of the processors, and others wait, were it not for a
        // lower priority.
        ProcessStartInfo start = yields && !OperatingSystem.IsWindows()
            ? new("nice", ["-n", "10", Environment.ProcessPath!, .. selection])
            : new(Environment.ProcessPath!, selection);
        start.RedirectStandardOutput = true;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource late =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Limit);
        string output;
        try
        {
            output = await process.StandardOutput.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    /// <summary>The runner's arguments for all tests of some classes.</summary>
    public static string[] All(IEnumerable<Type> suites) =>
        [.. suites.SelectMany(suite => new[] { "-class", suite.FullName! })];

    /// <summary>How many tests ran, of those that a process passed; those that were skipped prove nothing.</summary>
    public static int Ran(string output)
    {
        Match counts = Regex.Match(output, @"Total: (\d+), Errors: 0, Failed: 0, Skipped: (\d+)");
        Assert.True(counts.Success, output);
        return int.Parse(counts.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            - int.Parse(counts.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs one explicit test.</summary>
    public static async Task RunOneAsync(
        Type testClass, string method, IReadOnlyDictionary<string, string>? environment = null)
    {
        string output = await RunAsync(["-method", $"{testClass.FullName}.{method}", "-explicit", "only"], environment);
        Assert.Matches("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output);
    }
}
