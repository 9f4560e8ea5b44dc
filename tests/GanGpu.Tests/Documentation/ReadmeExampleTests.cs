using System.Diagnostics;
using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>The program that the README shows compiles and runs as it stands there.</summary>
public partial class ReadmeExampleTests
{
    [Fact]
    public async Task The_readmes_program_trains_and_draws()
    {
        string root = Repository.Root;
        string code = CodeBlock().Match(File.ReadAllText(Path.Combine(root, "README.md"))).Groups[1].Value;
        Assert.Contains("new(device, Preset.Mlp", code, StringComparison.Ordinal);

        string folder = Directory.CreateTempSubdirectory("gangpu-readme-").FullName;
        try
        {
            // A program of one file, as .NET 10 runs them: without reflection for JSON. Forty epochs are for a reader;
            // two show that it works.
            string program = Path.Combine(folder, "example.cs");
            await File.WriteAllTextAsync(program,
                $"#:project {Path.Combine(root, "src", "GanGpu.Images", "GanGpu.Images.csproj")}\n#:property " +
                "PublishAot=false\n#:property JsonSerializerIsReflectionEnabledByDefault=false\n" +
                code.Replace("epochs: 40", "epochs: 2", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
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
            Assert.Matches("step 624, epoch 2.00: D loss", await output);
            Assert.True(new FileInfo(Path.Combine(folder, "samples.png")).Length > 1000);
            Assert.True(File.Exists(Path.Combine(folder, "checkpoint.safetensors")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
