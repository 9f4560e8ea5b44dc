using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>src/README.md follows a batch through files that exist, and not through many.</summary>
public partial class WalkTests
{
    private const int MostFiles = 20;

    [Fact]
    public void A_batch_is_followed_through_few_files()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", "README.md"));
        string[] files = [.. SourceFile().Matches(text).Select(match => match.Groups[1].Value).Distinct()];
        Assert.InRange(files.Length, 10, MostFiles);
        Assert.DoesNotContain(files, file => !File.Exists(Path.Combine(Repository.Root, file)));
    }

    [GeneratedRegex(@"`((?:src|kernels)/[\w./]+\.cs)`")]
    private static partial Regex SourceFile();
}
