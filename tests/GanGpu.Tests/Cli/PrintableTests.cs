using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using GanGpu.Cli;
using Spectre.Console;

namespace GanGpu.Tests.Cli;

/// <summary>Names of files, archives' entries, keys and classes never reach the terminal as commands.</summary>
public sealed class PrintableTests : IDisposable
{
    /// <summary>
    /// The title of a window, a cleared screen, C1's form of the same, and letters that turn the others round.
    /// </summary>
    private const string Hostile = "a\u001b]0;owned\u0007b\u001b[2Jc\u009b2Jd\u202Egnp.e\u2066f\u007f";

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("Käse 日本 👍 é\ttab\nline", "Käse 日本 👍 é\ttab\nline")]
    [InlineData("a\u001b[2J", "a\\u001b[2J")]
    [InlineData("a\u0007\u0000\u007f\u0080\u009f", "a\\u0007\\u0000\\u007f\\u0080\\u009f")]
    [InlineData("a\u202Eb\u2069\u200F\u2028", "a\\u202eb\\u2069\\u200f\\u2028")]
    [InlineData("over\rwritten\r\n", "over\\u000dwritten\r\n")]
    public void A_control_character_becomes_its_escape(string text, string expected)
    {
        Assert.Equal(expected, Printable.Text(text));
        StringWriter written = new();
        using (PrintableWriter writer = new(written))
        {
            writer.Write(text);
            writer.Write(text.ToCharArray());
            writer.WriteLine(text);
        }

        Assert.Equal(expected + expected + expected + Environment.NewLine, written.ToString());
    }

    [Fact]
    public void What_Spectre_draws_has_no_escape_sequences_but_its_own()
    {
        StringWriter written = new();
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.Standard,
                Out = new AnsiConsoleOutput(written)
            });
        console.Profile.Width = 200;
        console.Pipeline.Attach(new PrintableHook());
        console.Write(new Table().AddColumn("class").AddRow(new Markup("[red]" + Markup.Escape(Hostile) + "[/]")));
        Assert.Contains("\u001b[91m", written.ToString(), StringComparison.Ordinal);
        AssertClean(written.ToString());
    }

    [Fact]
    public void Names_of_files_entries_keys_and_options_are_shown_as_they_are_safe()
    {
        Directory.CreateDirectory(place.At("folder"));
        File.WriteAllText(place.At($"folder/{Hostile}.png"), "no picture");
        using (ZipArchive zip = ZipFile.Open(place.At("damaged.zip"), ZipArchiveMode.Create))
        {
            using StreamWriter entry = new(zip.CreateEntry($"{Hostile}.png").Open());
            entry.Write("no picture");
        }

        using (ZipArchive zip = ZipFile.Open(place.At("classes.zip"), ZipArchiveMode.Create))
        {
            foreach (string name in new[] { Hostile, "z" })
            {
                using Stream entry = zip.CreateEntry($"{name}/1.png").Open();
                entry.Write(Squares.Png(5));
            }
        }

        File.WriteAllText(
            place.At("config.json"),
            System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, int> { [Hostile] = 1 }));
        foreach (string[] command in new string[][]
        {
            ["data", "inspect", "folder"], ["data", "inspect", "damaged.zip"], ["data", "inspect", "classes.zip"],
                ["data", "inspect", "classes.zip", "--json"],
            ["train", "--config", "config.json"], ["train", "--data", Hostile], ["sample", Hostile], [Hostile],
                ["train", "--" + Hostile], ["train", "--lr", Hostile], ["evaluate", "folder", "--data", Hostile],
            ["train", "--data", "classes.zip", "--image-size", "8", "--batch", "1", "--steps", "1", "--device", "cpu",
                "--out", "run" + Hostile],
        })
        {
            Result result = Gangpu.Run(place, command);
            AssertClean(result.Output + result.Errors);
            Assert.True(result.ExitCode is 0 or 2, result.Errors);
        }

        // Other programs read the same name as before.
        string json = Gangpu.Run(place, "data", "inspect", "classes.zip", "--json").Succeeded().Output;
        Assert.Equal(
            Hostile, System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("classes")[0].GetProperty("name")
            .GetString());
    }

    [Fact]
    public void A_terminal_is_not_told_what_a_class_is_called_to_do()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script(1) to make a terminal with.");
        using (ZipArchive zip = ZipFile.Open(place.At("classes.zip"), ZipArchiveMode.Create))
        {
            foreach (string name in new[] { Hostile, "z" })
            {
                using Stream entry = zip.CreateEntry($"{name}/1.png").Open();
                entry.Write(Squares.Png(5));
            }
        }

        string inspect = string.Join(' ', Gangpu.CommandLine("data", "inspect", "classes.zip"));
        using Process process = Gangpu.Start(
            place, new Dictionary<string, string> { ["TERM"] = "xterm-256color" },
            ["script", "-qec", inspect, "/dev/null"], direct: true);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("owned", output, StringComparison.Ordinal);
        AssertClean(output);
    }

    /// <summary>
    /// None of the hostile name's own; of Spectre's sequences only colours and moves, which end in a letter.
    /// </summary>
    private static void AssertClean(string text)
    {
        foreach (string sequence in new[] { "\u001b]", "\u001b[2Jc", "\u0007", "\u009b", "\u202e", "\u2066", "\u007f" })
            Assert.False(
                text.Contains(sequence, StringComparison.Ordinal),
                $"It has {Convert.ToHexStringLower(Encoding.UTF8.GetBytes(sequence))}.");
    }
}
