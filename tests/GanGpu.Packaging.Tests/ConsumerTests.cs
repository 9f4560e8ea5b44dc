using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Packaging.Tests;

/// <summary>A project outside the repository that knows the packages only.</summary>
[Collection(nameof(PackedPackages))]
public sealed partial class ConsumerTests(PackedPackages packages)
{
    [Fact]
    public void The_program_in_the_packages_readme_trains()
    {
        string code = CodeBlock().Match(File.ReadAllText(Path.Combine(Repository.Root, "src", "GanGpu", "README.md")))
            .Groups[1].Value;
        string folder = Build("core", "GanGpu", TenSteps(code)),
            output = Sdk.Dotnet(folder, Path.Combine("bin", "core.dll"));
        Assert.Contains("step 10, ", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder, "samples.npy")).Length > 64 * 784);
        Assert.True(File.Exists(Path.Combine(folder, "checkpoint.safetensors")));
        // Nothing but ILGPU, the interface of loggers and ourselves, and no native file.
        Assert.Equal(
            ["GanGpu.Kernels.dll", "GanGpu.dll", "ILGPU.Algorithms.dll", "ILGPU.dll",
                "Microsoft.Extensions.DependencyInjection.Abstractions.dll",
                "Microsoft.Extensions.Logging.Abstractions.dll", "core.dll"],
            Directory.EnumerateFiles(Path.Combine(folder, "bin"), "*.dll", SearchOption.AllDirectories)
                .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(folder, "bin", "runtimes")));
    }

    [Fact]
    public void A_program_that_saves_pictures_is_no_hundreds_of_megabytes()
    {
        string code = CodeBlock().Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Groups[1].Value;
        string folder = Build("pictures", "GanGpu.Images", TenSteps(code));
        Sdk.Dotnet(folder, Path.Combine("bin", "pictures.dll"));
        Assert.Equal("PNG"u8, File.ReadAllBytes(Path.Combine(folder, "samples.png")).AsSpan(1, 3));

        string[] native =
            [.. Directory.EnumerateFiles(Path.Combine(folder, "bin", "runtimes"), "*", SearchOption.AllDirectories)];
        Assert.Equal(7, native.Length); // glibc, musl and Windows for two processors each, macOS for both at once
        Assert.True(native.Sum(path => new FileInfo(path).Length) < 105L << 20);
    }

    /// <summary>Builds a program with warnings as errors, for no platform in particular.</summary>
    private string Build(string name, string package, string code)
    {
        string folder = packages.Workplace(name);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), code);
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """);
        Sdk.Dotnet(folder, "add", "package", package, "--version", packages.Version);
        Sdk.Dotnet(folder, "build", "-c", "Release", "-o", "bin");
        return folder;
    }

    /// <summary>Forty epochs are for a reader.</summary>
    private static string TenSteps(string code)
    {
        Assert.Contains("trainer.ReportsAsync(epochs: 40)", code, StringComparison.Ordinal);
        return code.Replace("trainer.ReportsAsync(epochs: 40)", "trainer.StepReportsAsync(10)", StringComparison.Ordinal);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
