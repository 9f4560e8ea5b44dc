using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>src/README.md follows a batch through files that exist, through few of them, and hardly ever back.</summary>
public partial class WalkTests
{
    private const int MostFiles = 20, MostReturns = 4;

    private const string Title = "## One batch, file by file";

    [Fact]
    public void A_batch_is_followed_through_few_files_and_hardly_ever_back()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", "README.md"));
        string walk = text[text.IndexOf(Title, StringComparison.Ordinal)..];
        string[] opened = Opened(walk[..walk.IndexOf("\n## ", Title.Length, StringComparison.Ordinal)]);
        Assert.InRange(opened.Distinct().Count(), 10, MostFiles);
        Assert.InRange(Returns(opened), 0, MostReturns);
        Assert.DoesNotContain(opened, file => !File.Exists(Path.Combine(Repository.Root, file)));
    }

    [Fact]
    public void A_file_that_the_walk_has_left_is_counted_each_time_that_it_comes_back()
    {
        string[] opened = Opened("`src/A.cs`, `src/A.cs` again, `kernels/B.cs`, `src/A.cs`, `src/C.cs`, `kernels/B.cs`");
        Assert.Equal(["src/A.cs", "kernels/B.cs", "src/A.cs", "src/C.cs", "kernels/B.cs"], opened);
        Assert.Equal(2, Returns(opened));
    }

    /// <summary>The files in the order in which they are opened.</summary>
    private static string[] Opened(string walk)
    {
        string[] named = [.. SourceFile().Matches(walk).Select(match => match.Groups[1].Value)];
        return [.. named.Where((file, i) => i == 0 || named[i - 1] != file)];
    }

    private static int Returns(string[] opened) => opened.Length - opened.Distinct().Count();

    [GeneratedRegex(@"`((?:src|kernels)/[\w./]+\.cs)`")]
    private static partial Regex SourceFile();
}
