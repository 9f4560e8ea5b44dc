using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>Who uses the library has no command line: its messages say what to do, and the command line adds how.</summary>
public partial class LibraryMessageTests
{
    [Theory]
    [InlineData("GanGpu")]
    [InlineData("GanGpu.Images")]
    [InlineData("GanGpu.Onnx")]
    [InlineData("GanGpu.OnnxExport")]
    [InlineData("GanGpu.Hosting")]
    public void No_message_of_a_library_names_an_option_or_a_command(string library)
    {
        string folder = Path.Combine(Repository.Root, "src", library);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        string[] naming = [.. files.SelectMany(file => File.ReadLines(file)
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && OfTheCommandLine().IsMatch(line))
            .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"))];
        Assert.Empty(naming);
        Assert.Matches(OfTheCommandLine(), "throw new(\"name another folder with --out\");");
        Assert.Matches(OfTheCommandLine(), "\"see gangpu data fetch\"");
        Assert.Matches(OfTheCommandLine(), "\"make one of it with gangpu \" +");
        Assert.DoesNotMatch(OfTheCommandLine(), "\"gangpu-checkpoint-\", \"gangpu.sample\", \"gangpu\"");
    }

    /// <summary>
    /// Inside quotation marks two dashes and a word, or the command with more to come, be it on the next line.
    /// </summary>
    [GeneratedRegex("\"[^\"]*(--[a-z]{2,}|\\bgangpu )")]
    private static partial Regex OfTheCommandLine();
}
