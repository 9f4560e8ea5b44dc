using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Devices;

/// <summary>What the stub driver wrote down: a line for each call.</summary>
internal sealed partial class StubLog(string path)
{
    public string[] Lines { get; } = File.ReadAllLines(path);

    /// <summary>Broken rules.</summary>
    public IEnumerable<string> Faults => Lines.Where(line => line.StartsWith("FAULT", StringComparison.Ordinal));

    /// <summary>In the process that runs on the stub: a line of the test's own.</summary>
    public static unsafe void Mark(string text)
    {
        Assert.True(NativeLibrary.TryLoad("libcuda.so.1", out nint driver)
            && NativeLibrary.TryGetExport(driver, "gangpu_stub_mark", out _), "This is to run on the stub driver.");
        nint utf8 = Marshal.StringToCoTaskMemUTF8(text);
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(driver, "gangpu_stub_mark"))(utf8);
        Marshal.FreeCoTaskMem(utf8);
    }

    /// <summary>The number in the mark "name=number".</summary>
    public int Marked(string name) =>
        int.Parse(
            Lines.Single(line => line.StartsWith($"mark {name}=", StringComparison.Ordinal))[$"mark {name}=".Length..],
            CultureInfo.InvariantCulture);

    /// <summary>The lines between two marks; without the second, to the end.</summary>
    public string[] Between(string from, string? to = null)
    {
        int first = Array.IndexOf(Lines, $"mark {from}"), last = to is null ? Lines.Length
            : Array.IndexOf(Lines, $"mark {to}");
        Assert.True(first >= 0 && last > first, $"The log has not the marks {from} and {to}.");
        return Lines[(first + 1)..last];
    }

    /// <summary>The numbers of kernels of each graph launch.</summary>
    public static int[] GraphLaunches(IEnumerable<string> lines) =>
        [.. lines.Select(line => GraphLaunch().Match(line)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    /// <summary>Calls of a function.</summary>
    public static int Count(IEnumerable<string> lines, string function) =>
        lines.Count(line => line.Split(' ')[0] == function);

    /// <summary>Objects made and not ended by these lines, of each kind that has any.</summary>
    public static string Alive(IEnumerable<string> lines)
    {
        Dictionary<string, int> counts = [];
        foreach (string line in lines)
        {
            string? made = line.Split(' ')[0] switch
            {
                "cuMemAlloc_v2" when !line.EndsWith("out of memory", StringComparison.Ordinal) => "memory",
                "cuStreamCreate" => "streams",
                "cuModuleLoadDataEx" => "modules",
                "cuGraphInstantiateWithFlags" when !line.EndsWith("out of memory", StringComparison.Ordinal) =>
                    "graph execs",
                _ => null,
            };
            string? ended = line.Split(' ')[0] switch
            {
                "cuMemFree_v2" => "memory",
                "cuStreamDestroy_v2" => "streams",
                "cuModuleUnload" => "modules",
                "cuGraphExecDestroy" => "graph execs",
                _ => null,
            };
            if ((made ?? ended) is { } kind)
                counts[kind] = counts.GetValueOrDefault(kind) + (made is null ? -1 : 1);
        }

        return string.Join(
            ", ", counts.Where(count => count.Value != 0).OrderBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => $"{count.Value} {count.Key}"));
    }

    [GeneratedRegex(@"^graph launch (\d+) kernels$")]
    private static partial Regex GraphLaunch();
}
