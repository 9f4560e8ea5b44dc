using System.CommandLine;
using System.Text.RegularExpressions;
using GanGpu.Cli;
using GanGpu.Tests.Cli;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>What holds of every README of the repository, those to come included.</summary>
public sealed partial class DocumentTests
{
    private const int MostLines = 180, MostColumns = 120, MostColumnsOfTables = 140;

    private static readonly string[] Programs =
        ["gangpu ", "dotnet run -c Release --project src/GanGpu.Cli -- "];

    public static TheoryData<string> Names => [.. Document.All.Select(document => document.Name)];

    [Fact]
    public void The_main_one_is_short_and_says_how_to_train_and_to_test()
    {
        Assert.InRange(Document.Main.Lines.Count, 1, MostLines);
        string[] commands = [.. Document.Main.Blocks.SelectMany(block => block.Commands)];
        Assert.Contains("dotnet run -c Release --project src/GanGpu.Cli -- train", commands);
        Assert.Contains("dotnet test --project tests/GanGpu.Tests -c Release", commands);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Lines_fit_on_a_screen(string name)
    {
        Document document = Named(name);
        string[] prose = [.. document.Prose.Where(line => !IsTable(line) && line.Length > MostColumns)];
        Assert.Empty(prose);
        Assert.DoesNotContain(document.Lines, line => line.Length > MostColumnsOfTables);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Relative_links_lead_to_files_and_headings_that_exist(string name)
    {
        Document document = Named(name);
        List<string> broken = [];
        foreach (string link in document.Links.Where(link => !IsAbsolute(link)))
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? Path.Combine(document.Folder, Path.GetFileName(name))
                : Path.GetFullPath(Path.Combine(document.Folder, parts[0]));
            bool isInside = target.StartsWith(Repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            if (!isInside || !Path.Exists(target)
                || (parts.Length > 1 && !Document.All.Any(other =>
                    Path.Combine(Repository.Root, other.Name) == target && other.Anchors.Contains(parts[1]))))
                broken.Add(link);
        }

        Assert.Empty(broken);
    }

    /// <summary>nuget.org shows the README of a package, and resolves no links into the repository.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_page_of_a_package_has_no_relative_links(string name)
    {
        Document document = Named(name);
        if (Directory.GetFiles(document.Folder, "*.csproj").Length > 0)
            Assert.DoesNotContain(document.Links, link => !IsAbsolute(link));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Paths_of_the_repository_exist_and_none_is_of_a_machine(string name)
    {
        Document document = Named(name);
        string text = string.Join('\n', document.Lines);
        string[] paths =
            [.. document.InlineCode.Where(code => OfRepository().IsMatch(code)),
                .. Project().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.DoesNotContain(paths, path => !Path.Exists(Path.Combine(Repository.Root, path)));
        Assert.DoesNotContain(Repository.Root, text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?<![\w.$])/(home|work|root|Users|tmp)/", text);
    }

    /// <summary>Commands in blocks of code are complete, and read as gangpu reads them.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Commands_of_gangpu_are_understood(string name)
    {
        using Workplace place = new();
        File.WriteAllText(place.At("dcgan.json"), "{\"preset\": \"dcgan\", \"batch-size\": 32}");
        List<string> wrong = [];
        foreach (string command in Named(name).Blocks.Where(block => block.Language == "")
            .SelectMany(block => block.Commands))
        {
            if (Array.Find(Programs, program => command.StartsWith(program, StringComparison.Ordinal)) is not { } program)
                continue;
            string[] words = [.. command[program.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word == "dcgan.json" ? place.At(word) : word)];
            if (words is ["--help"])
                continue;
            Fault? fault;
            lock (InProcess.Reading)
                fault = CommandLine.Parse(InProcess.Root, words, out _);
            if (fault is not null)
                wrong.Add($"{command}: {fault.Sentence}");
        }

        Assert.Empty(wrong);
    }

    /// <summary>In prose a command may lack an argument, and an option its command; both exist.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Commands_and_options_in_prose_exist(string name)
    {
        // The benchmarks have a command line of their own.
        if (name.StartsWith("benchmarks/", StringComparison.Ordinal))
            return;
        HashSet<string> all = [.. OptionsBelow(InProcess.Root)];
        List<string> unknown = [];
        foreach (string code in Named(name).InlineCode)
        {
            string[] words = code.Split(' ');
            HashSet<string> known = all;
            if (words[0] == "gangpu" && words.Length > 1)
            {
                Command command = InProcess.Root;
                foreach (string word in words[1..])
                {
                    if (command.Subcommands.Count == 0 || word.StartsWith('-'))
                        break;
                    if (command.Subcommands.FirstOrDefault(sub => sub.Name == word) is not { } next)
                    {
                        unknown.Add($"{word} in {code}");
                        break;
                    }

                    command = next;
                }

                known = [.. OptionsBelow(command), "--help"];
            }
            else if (!code.StartsWith("--", StringComparison.Ordinal) || IsOfOnnx(code))
            {
                continue;
            }

            unknown.AddRange(
                words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && !known.Contains(word))
                .Select(word => $"{word} in {code}"));
        }

        Assert.Empty(unknown);
    }

    private static Document Named(string name) => Document.All.Single(document => document.Name == name);

    private static bool IsTable(string line) => line.StartsWith('|');

    private static bool IsAbsolute(string link) => link.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Whether it is an option of gangpu-onnx alone, which GanGpu.Onnx.Tests looks at.</summary>
    private static bool IsOfOnnx(string code) => code.StartsWith("--feature-", StringComparison.Ordinal);

    private static IEnumerable<string> OptionsBelow(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name))
        .Concat(command.Subcommands.SelectMany(OptionsBelow));

    [GeneratedRegex(@"^((src|kernels|tests|benchmarks)/[\w./-]*|\.ci/[\w./-]+)$")]
    private static partial Regex OfRepository();

    [GeneratedRegex(@"--project (\S*[\w/])")]
    private static partial Regex Project();
}
