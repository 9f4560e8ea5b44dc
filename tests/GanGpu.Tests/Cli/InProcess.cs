using System.CommandLine;
using System.Text;
using GanGpu.Cli;
using GanGpu.Cli.Commands;

namespace GanGpu.Tests.Cli;

/// <summary>
/// Runs commands of gangpu in the tests' own process: nothing is started, and what is compiled for one test is there
/// for all others. Several run at once, so that they get nothing that a process has one of: what each writes is kept
/// apart, they listen to no signals, and paths that begin with "./" or "../" are taken from the workplace's folder on.
/// </summary>
internal static class InProcess
{
    private static readonly FeatureArguments Features = new();

    private static readonly AsyncLocal<Streams?> Running = new();

    static InProcess()
    {
        Console.SetOut(new Switch(Console.Out, streams => streams.Output));
        Console.SetError(new Switch(Console.Error, streams => streams.Errors));
    }

    /// <summary>
    /// One for all tests: commands share their options, which would get their checks once more each time.
    /// </summary>
    public static RootCommand Root { get; } = CommandLine.CreateRoot(Features);

    /// <summary>For whoever reads a command line, since nothing says that two may be read at once.</summary>
    public static Lock Reading { get; } = new();

    public static Result Run(Workplace place, params string[] arguments)
    {
        string[] words = [.. arguments.Select(word => Rooted(place, word))];
        // In a task of its own, since whatever that starts writes to the same streams.
        Task<Result> run = Task.Run(() => RunAsync(words, TestContext.Current.CancellationToken));
        Assert.True(run.Wait(Gangpu.Limit), $"gangpu did not end within {Gangpu.Limit}.");
        // A run without a name is written to the folder that the process is in, where no test would look for it.
        Assert.False(Directory.Exists("runs"), $"No --out: gangpu {string.Join(' ', arguments)}");
        return run.Result;
    }

    private static async Task<Result> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        StringWriter output = new(), errors = new();
        Running.Value = new Streams(new PrintableWriter(output), new PrintableWriter(errors));
        Fault? wrong;
        ParseResult parsed;
        lock (Reading)
            wrong = CommandLine.Parse(Root, arguments, out parsed);
        int exitCode = wrong is null
            ? await CommandLine.InvokeAsync(parsed, Features, cancellation).ConfigureAwait(false) : Fault.Report(wrong);
        return new Result(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>A sentence as it is told, with quoted paths that begin with "./" as the command got them.</summary>
    public static string Told(Workplace place, string sentence) =>
        sentence.Replace("'./", $"'{place.Folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static string Rooted(Workplace place, string word) =>
        word.StartsWith("./", StringComparison.Ordinal) || word.StartsWith("../", StringComparison.Ordinal)
            ? Path.GetFullPath(place.At(word)) : word;

    private sealed record Streams(TextWriter Output, TextWriter Errors);

    /// <summary>Hands what a command writes to its own stream, and all else to where it went before.</summary>
    private sealed class Switch(TextWriter others, Func<Streams, TextWriter> choose) : TextWriter
    {
        public override Encoding Encoding => others.Encoding;

        private TextWriter Chosen => Running.Value is { } streams ? choose(streams) : others;

        public override void Write(char value) => Chosen.Write(value);

        public override void Write(char[] buffer, int index, int count) => Chosen.Write(buffer, index, count);

        public override void Write(ReadOnlySpan<char> buffer) => Chosen.Write(buffer);

        public override void Write(string? value) => Chosen.Write(value);

        public override void WriteLine() => Chosen.WriteLine();

        public override void WriteLine(string? value) => Chosen.WriteLine(value);

        public override void Flush() => Chosen.Flush();
    }
}
