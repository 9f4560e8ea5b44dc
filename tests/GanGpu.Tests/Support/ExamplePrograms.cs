using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Support;

/// <summary>Programs that documents show, run as programs of one file, as .NET 10 runs them.</summary>
internal static partial class ExamplePrograms
{
    /// <summary>Runs one as it stands there.</summary>
    /// <param name="folder">Where; the program is written there too.</param>
    /// <param name="code">The program.</param>
    /// <param name="projects">Projects of src that it uses.</param>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string folder, string code, params string[] projects)
    {
        StringBuilder file = new();
        foreach (string project in projects)
            file.Append($"#:project {Path.Combine(Repository.Root, "src", project, project + ".csproj")}\n");
        // As such programs are by default: without reflection for JSON.
        file.Append("#:property PublishAot=false\n#:property JsonSerializerIsReflectionEnabledByDefault=false\n");
        string program = Path.Combine(folder, "example.cs");
        await File.WriteAllTextAsync(program, file.Append(code).ToString(), TestContext.Current.CancellationToken);
        ProcessStartInfo start = new("dotnet", ["run", "-c", "Release", program])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await errors);
        return await output;
    }

    /// <summary>
    /// Runs several in one program, one after the other in the same folder, each in a namespace of its own. Epochs are
    /// for a reader; ten steps show that it works.
    /// </summary>
    public static async Task RunAllAsync(string folder, IReadOnlyList<CodeBlock> blocks, params string[] projects)
    {
        StringBuilder calls = new(), namespaces = new();
        for (int i = 0; i < blocks.Count; i++)
        {
            string code = TrainedEpochs().Replace(
                Epochs().Replace(blocks[i].Text, "StepReportsAsync(10)"), "trainer.TrainStepsAsync(10)");
            string[] usings = [.. code.Split('\n').TakeWhile(line => line.Length == 0 || UsedNamespace().IsMatch(line))];
            string rest = string.Join('\n', code.Split('\n')[usings.Length..]);
            int types = FirstType().Match(rest) is { Success: true } match ? match.Index : rest.Length;
            calls.Append($"await Example{i}.Example.RunAsync();\nConsole.WriteLine(\"done: {blocks[i]}\");\n");
            namespaces.Append($$"""
                namespace Example{{i}}
                {
                {{string.Join('\n', usings)}}
                internal static class Example
                {
                    public static async Task RunAsync()
                    {
                #line 1 "{{blocks[i]}}"
                {{rest[..types]}}
                #line default
                        await Task.CompletedTask;
                    }
                }
                {{rest[types..]}}
                }

                """);
        }

        string said = await RunAsync(folder, $"{calls}\n{namespaces}", projects);
        Assert.All(blocks, block => Assert.Contains($"done: {block}\n", said, StringComparison.Ordinal));
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no .NET SDK here.");
            throw;
        }
    }

    [GeneratedRegex(@"\bReportsAsync\(epochs: \d+\)")]
    private static partial Regex Epochs();

    [GeneratedRegex(@"\btrainer\.TrainAsync\(epochs: \d+\)")]
    private static partial Regex TrainedEpochs();

    [GeneratedRegex(@"^using (GanGpu|ILGPU|Microsoft)[\w.]*;$")]
    private static partial Regex UsedNamespace();

    [GeneratedRegex(@"^(public|internal)[\w ]* (record|class|struct|enum) ", RegexOptions.Multiline)]
    private static partial Regex FirstType();
}
