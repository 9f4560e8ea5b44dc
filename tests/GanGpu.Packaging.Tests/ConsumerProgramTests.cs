using GanGpu.Tests.Support;

namespace GanGpu.Packaging.Tests;

/// <summary>
/// What a developer builds with the packages: networks, losses, data, steering, fine-tuning, scores, gradients and ILGPU
/// kernels beside ours, each a program of at most 25 lines.
/// </summary>
[Collection(nameof(PackedPackages))]
public sealed class ConsumerProgramTests(PackedPackages packages)
{
    private const int MostLines = 25;

    private static readonly string Programs =
        Path.Combine(Repository.Root, "tests", "GanGpu.Packaging.Tests", "Programs");

    [Fact]
    public void Each_does_what_it_is_for()
    {
        string folder = packages.Workplace("consumer");
        List<string> names = [];
        foreach (string program in Directory.EnumerateFiles(Path.Combine(Programs, "Consumer"), "*.cs"))
        {
            Assert.InRange(File.ReadAllLines(program).Length, 1, MostLines);
            File.Copy(program, Path.Combine(folder, Path.GetFileName(program)));
            names.Add(Path.GetFileNameWithoutExtension(program));
        }

        File.WriteAllText(
            Path.Combine(folder, "consumer.csproj"),
            Project("", "GanGpu.Images", "GanGpu.OnnxExport"));
        Sdk.Dotnet(folder, "build", "-c", "Release", "-o", "bin");
        string output = Sdk.Dotnet(folder, Path.Combine("bin", "consumer.dll"));
        Assert.True(names.Count > 11, "Few programs were found.");
        foreach (string name in names.Where(name => name != "Program"))
            Assert.Contains($"{name} works; buffers left: 0", output, StringComparison.Ordinal);
        Assert.Matches(@"Mean brightness: 0\.[3-7]\d of 1", output);
    }

    [Fact]
    public void So_does_one_in_fsharp()
    {
        string folder = packages.Workplace("fsharp");
        Assert.InRange(File.ReadAllLines(Path.Combine(Programs, "Own.fs")).Length, 1, MostLines);
        File.Copy(Path.Combine(Programs, "Own.fs"), Path.Combine(folder, "Own.fs"));
        File.WriteAllText(
            Path.Combine(folder, "fsharp.fsproj"), Project("<Compile Include=\"Own.fs\" />", "GanGpu"));
        Sdk.Dotnet(folder, "build", "-c", "Release", "-o", "bin");
        Assert.Contains(
            "same samples: true", Sdk.Dotnet(folder, Path.Combine("bin", "fsharp.dll")), StringComparison.Ordinal);
    }

    private string Project(string items, params string[] references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            {items}
            {string.Join('\n', references.Select(
                name => $"<PackageReference Include=\"{name}\" Version=\"{packages.Version}\" />"))}
          </ItemGroup>
        </Project>
        """;
}
