using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Packaging.Tests;

/// <summary>
/// Programs that find their types or their files otherwise than usual: a single source file, one published as a single
/// file, a trimmed one, and one compiled ahead of time.
/// </summary>
[Collection(nameof(PackedPackages))]
public sealed partial class CompiledProgramTests(PackedPackages packages)
{
    /// <summary>Of a program without pictures; with them SkiaSharp's library comes along, which has 11 MB.</summary>
    private const long MostBytesAhead = 14_000_000;

    /// <summary>From the start of a process to its first sample: 0.1 s where nothing else runs.</summary>
    private static readonly TimeSpan MostTimeAhead = TimeSpan.FromSeconds(1);

    /// <summary>Trains, and does with it whatever reads or writes a file.</summary>
    private const string Program = """
        using GanGpu;
        using GanGpu.OnnxExport;

        if (args is ["sample"])
        {
            using Device cpu = Device.Open("cpu");
            using Generator saved = Generator.Load(cpu, "checkpoint.safetensors");
            Console.WriteLine($"{saved.Sample(1).Count} sample");
            return;
        }

        foreach (DeviceInfo info in Device.List())
            Console.WriteLine($"{info.Name}: {(info.Usable ? "usable" : info.Reason)}");
        try
        {
            Device.Open("emulator").Dispose();
        }
        catch (DeviceUnavailableException e)
        {
            Console.WriteLine($"refused: {e.Message}");
        }

        using Device device = Device.Open("cpu");
        DataSet data = DataSource.Open("digits");
        using GanTrainer trainer = new(device, Preset.Mlp, data, new() { ReportEvery = 20 });
        await foreach (TrainingReport report in trainer.StepReportsAsync(20))
            Console.WriteLine(report);
        trainer.Save("checkpoint.safetensors");
        GanTrainer.Resume(device, data, "checkpoint.safetensors").Dispose();
        using Generator generator = Generator.Load(device, "checkpoint.safetensors");
        bool same = generator.Sample(9).Values.Span.SequenceEqual(trainer.Generator.Sample(9).Values.Span);
        Console.WriteLine(same ? "same samples" : "other samples");
        OnnxFile.WriteGenerator("checkpoint.safetensors", "generator.onnx");
        TorchWeights.WriteGenerator("checkpoint.safetensors", "torch.safetensors");
        TorchWeights.Import("torch.safetensors", "imported.safetensors");
        // Twice: it is trained once, and then found to be the same run, finished.
        for (int i = 0; i < 2; i++)
        {
            using TrainingRun run = TrainingRun.StartOrResume(
                device, Preset.Mlp, data, "run", new() { ReportEvery = 20 },
                new() { Steps = 20, SampleEvery = 20, TensorBoard = true });
            Console.WriteLine($"to train: {run.Steps}");
            await run.TrainAsync();
        }

        Console.WriteLine(File.ReadAllText("run/metrics.jsonl"));
        """;

    [Fact]
    public void The_readme_s_program_runs_as_a_single_source_file()
    {
        string code = CodeBlock().Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Groups[1].Value;
        string folder = packages.Workplace("single");
        File.WriteAllText(
            Path.Combine(folder, "app.cs"),
            $"#:package GanGpu.Images@{packages.Version}\n\n"
                + code.Replace(
                    "trainer.ReportsAsync(epochs: 40)", "trainer.StepReportsAsync(10)", StringComparison.Ordinal));
        Assert.Contains("step 10, ", Sdk.Dotnet(folder, "run", "app.cs"), StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder, "checkpoint.safetensors")).Length > 0);
    }

    [Fact]
    public void A_program_in_one_file_trains_saves_loads_and_exports()
    {
        string folder = Publish("one", "-p:PublishSingleFile=true", "--no-self-contained");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(folder, "published")),
            file => file.EndsWith(".dll", StringComparison.Ordinal));
        Works(folder);
    }

    [Fact]
    public void A_trimmed_program_trains_saves_loads_and_exports() =>
        Works(Publish("trimmed", "-p:PublishTrimmed=true", "--self-contained"));

    [Fact]
    public void A_program_compiled_ahead_of_time_does_so_on_the_processor_and_says_why_not_elsewhere()
    {
        if (!OperatingSystem.IsWindows() && !Path.Exists("/usr/bin/clang") && !Path.Exists("/usr/bin/gcc"))
            Assert.Skip("There is no linker here.");
        string folder = Publish("ahead", "-p:PublishAot=true"), output = Works(folder), program = Executable(folder);
        Assert.InRange(new FileInfo(program).Length, 1, MostBytesAhead);
        // The least of several: what is measured is the program, not what else the machine does.
        TimeSpan sample = Enumerable.Range(0, 5).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Contains("1 sample", Sdk.Run(folder, program, "sample"), StringComparison.Ordinal);
            return Stopwatch.GetElapsedTime(start);
        });
        Assert.InRange(sample, TimeSpan.Zero, MostTimeAhead);
        const string Why =
            "this program was compiled ahead of time, and kernels are compiled when it runs; publish it without " +
            "PublishAot";
        foreach (string device in new[] { "cuda", "opencl", "emulator" })
            Assert.Contains($"{device}: {Why}", output, StringComparison.Ordinal);
        Assert.Contains($"refused: The device \"emulator\" can't be used: {Why}.", output, StringComparison.Ordinal);
    }

    private string Publish(string name, params string[] options)
    {
        string folder = packages.Workplace(name);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="GanGpu.OnnxExport" Version="{packages.Version}" />
              </ItemGroup>
            </Project>
            """);
        Sdk.Dotnet(
            folder, ["publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", "published",
                .. options]);
        return folder;
    }

    private static string Executable(string folder) => Path.Combine(
        folder, "published", Path.GetFileName(folder) + (OperatingSystem.IsWindows() ? ".exe" : ""));

    private static string Works(string folder)
    {
        string output = Sdk.Run(folder, Executable(folder));
        foreach (
            string line in new[] {
                "cpu: usable", "step 20, epoch 0.06: D loss", "same samples", "to train: 20", "to train: 0",
                "{\"step\":20,\"epoch\":0.064" })
            Assert.Contains(line, output, StringComparison.Ordinal);
        foreach (
            string file in new[] {
                "checkpoint.safetensors", "generator.onnx", "torch.safetensors", "imported.safetensors",
                "run/settings.json", "run/report.html" })
            Assert.True(new FileInfo(Path.Combine(folder, file)).Length > 0, $"{file} is empty.");
        return output;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
