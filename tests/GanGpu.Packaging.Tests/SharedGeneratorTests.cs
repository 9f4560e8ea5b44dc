using GanGpu.Tests.Support;

namespace GanGpu.Packaging.Tests;

/// <summary>
/// The library in a service: one generator for all requests, a pool of them, disposal at any moment, and single samples.
/// </summary>
[Collection(nameof(PackedPackages))]
public sealed class SharedGeneratorTests(PackedPackages packages)
{
    [Fact]
    public void A_web_service_answers_every_request_with_its_own_image()
    {
        string folder = packages.Workplace("service");
        File.Copy(
            Path.Combine(Repository.Root, "tests", "GanGpu.Packaging.Tests", "Programs", "Service.cs"),
            Path.Combine(folder, "Program.cs"));
        File.WriteAllText(Path.Combine(folder, "service.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """);
        Sdk.Dotnet(folder, "add", "package", "GanGpu.Hosting", "--version", packages.Version);
        Sdk.Dotnet(folder, "build", "-c", "Release", "-o", "bin");
        string output = Sdk.Dotnet(folder, Path.Combine("bin", "service.dll"));
        Assert.Contains("10000 of 10000 answers are right", output, StringComparison.Ordinal);
        Assert.Contains("the pool is disposed, and measured 5000", output, StringComparison.Ordinal);
        Assert.Contains("trainings disposed: 6", output, StringComparison.Ordinal);
        Assert.Contains("generators disposed: 6", output, StringComparison.Ordinal);
        Assert.Contains("one sample costs one", output, StringComparison.Ordinal);
    }
}
