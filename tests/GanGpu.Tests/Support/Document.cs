using System.Text.RegularExpressions;

namespace GanGpu.Tests.Support;

/// <summary>A README of the repository: all that there are, found rather than listed.</summary>
internal sealed partial class Document
{
    private static readonly string[] NotOurs = ["bin", "obj", "artifacts", "runs", "TestResults"];

    private Document(string path)
    {
        Folder = Path.GetDirectoryName(path)!;
        Name = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
        Lines = File.ReadAllLines(path);
        bool inBlock = false;
        List<string> prose = [];
        List<CodeBlock> blocks = [];
        for (int i = 0, start = 0; i < Lines.Count; i++)
        {
            bool isFence = Lines[i].StartsWith("```", StringComparison.Ordinal);
            if (!isFence && !inBlock)
                prose.Add(Lines[i]);
            if (!isFence)
                continue;
            if (inBlock)
                blocks.Add(new(
                    this, start + 1, Lines[start][3..],
                    string.Concat(Lines.Take(i).Skip(start + 1).Select(line => line + "\n"))));
            start = i;
            inBlock = !inBlock;
        }

        Assert.False(inBlock, $"{Name} has a block of code without an end.");
        (Prose, Blocks) = (prose, blocks);
    }

    /// <summary>All of them; the one of the repository itself first.</summary>
    public static IReadOnlyList<Document> All
    {
        get
        {
            string[] found = [.. Within(new DirectoryInfo(Repository.Root))];
            Assert.True(found.Length >= 10, "Few documents were found.");
            return [.. found.OrderBy(path => path.Count(letter => letter == Path.DirectorySeparatorChar))
                .ThenBy(path => path, StringComparer.Ordinal).Select(path => new Document(path))];
        }
    }

    /// <summary>The README that whoever comes to the repository reads.</summary>
    public static Document Main => All[0];

    /// <summary>The path from the repository's folder, with forward slashes.</summary>
    public string Name { get; }

    public string Folder { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The lines outside of blocks of code.</summary>
    public IReadOnlyList<string> Prose { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>What stands between backticks in prose.</summary>
    public IEnumerable<string> InlineCode => Prose.SelectMany(line =>
        Inline().Matches(line).Select(match => match.Groups[1].Value));

    /// <summary>Where links go, of pictures too.</summary>
    public IEnumerable<string> Links => Link().Matches(string.Join('\n', Prose)).Select(match => match.Groups[1].Value);

    /// <summary>What a link may name in this document: its headings, as GitHub writes them.</summary>
    public IEnumerable<string> Anchors => Prose.Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    public override string ToString() => Name;

    /// <summary>Those in this folder and below it; the folders of tools and of what is built are passed over.</summary>
    private static IEnumerable<string> Within(DirectoryInfo folder) =>
        folder.EnumerateFiles("README.md").Select(file => file.FullName)
        .Concat(folder.EnumerateDirectories()
            .Where(inner => !NotOurs.Contains(inner.Name) && !inner.Name.StartsWith('.')).SelectMany(Within));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}

/// <summary>A block of code in a document.</summary>
/// <param name="Document">The document.</param>
/// <param name="Line">The line that it begins on, for messages.</param>
/// <param name="Language">What stands behind the three backticks: csharp, python, or nothing for a shell's.</param>
/// <param name="Text">The code.</param>
internal sealed record CodeBlock(Document Document, int Line, string Language, string Text)
{
    /// <summary>Whether something of it is left out, so that it is no program.</summary>
    public bool IsSketch => Text.Contains('…', StringComparison.Ordinal);

    /// <summary>Whether ONNX Runtime is needed to run it.</summary>
    public bool NeedsOnnxRuntime => Text.Contains("using GanGpu.Onnx;", StringComparison.Ordinal)
        || Text.Contains("using Microsoft.ML.OnnxRuntime;", StringComparison.Ordinal);

    /// <summary>The commands of a shell, without remarks, and without a file that their output goes to.</summary>
    public IEnumerable<string> Commands => Text.Split('\n')
        .Select(line => line.Split(" #")[0].Split('>')[0].Trim()).Where(line => line.Length > 0);

    public override string ToString() => $"{Document.Name}:{Line}";
}
