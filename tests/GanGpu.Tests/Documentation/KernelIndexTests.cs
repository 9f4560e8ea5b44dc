using System.Text.RegularExpressions;
using GanGpu.Backends;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>kernels/README.md is true: it names every operation and every file, and no other.</summary>
public partial class KernelIndexTests
{
    [Fact]
    public void Every_file_is_named_and_every_name_is_a_file()
    {
        string[] named = [.. FileName().Matches(Index).Select(match => match.Value).Distinct()];
        string[] kernels = [.. Files("kernels/GanGpu.Kernels").Where(file => file.EndsWith("Gpu.cs", StringComparison.Ordinal) || file.EndsWith("Host.cs", StringComparison.Ordinal))];
        string[] all = [.. Files("kernels/GanGpu.Kernels"), .. Files("tests/GanGpu.Tests/Kernels"), .. Files("src/GanGpu/Backends")];
        Assert.NotEmpty(kernels);
        Assert.Empty(kernels.Except(named));
        Assert.Empty(named.Except(all));
    }

    [Fact]
    public void Every_operation_is_named()
    {
        foreach (string operation in typeof(IBackend).GetMethods().Where(method => method.ReturnType == typeof(Action)).Select(method => method.Name))
            Assert.Matches($@"(?m)^\|.*\b{operation}\b.*\|.*Gpu\.cs.*\|.*Host\.cs.*\|.*Tests\.cs \|$", Index);
    }

    private static string Index => File.ReadAllText(Path.Combine(Repository.Root, "kernels", "README.md"));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs").Select(file => Path.GetFileName(file));

    [GeneratedRegex(@"(?<![*\w])\w+\.cs\b")]
    private static partial Regex FileName();
}
