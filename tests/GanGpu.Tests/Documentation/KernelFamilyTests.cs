using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>kernels/README.md names the families that there are.</summary>
public class KernelFamilyTests
{
    [Fact]
    public void Every_family_is_described_and_no_other()
    {
        string root = Path.Combine(Repository.Root, "kernels");
        string[] described = [
            .. File.ReadLines(Path.Combine(root, "README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`(\\w+)`").Select(match => match.Groups[1].Value))
                .Order(StringComparer.Ordinal)];
        string[] families = [
            .. Directory.EnumerateDirectories(Path.Combine(root, "GanGpu.Kernels"))
            .Select(path => Path.GetFileName(path)!)
            .Where(name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal)];
        Assert.Equal(families, described);
    }
}
