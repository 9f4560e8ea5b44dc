using System.Text;
using System.Xml.Linq;
using GanGpu.Tests.Support;

namespace GanGpu.Packaging.Tests;

/// <summary>What is in the packages, and what is not.</summary>
[Collection(nameof(PackedPackages))]
public sealed class PackageContentTests(PackedPackages packages)
{
    private const int Megabyte = 1 << 20;

    [Theory]
    [InlineData("GanGpu", "GanGpu.Kernels ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("GanGpu.Kernels", "ILGPU ILGPU.Algorithms")]
    [InlineData(
        "GanGpu.Images",
        "GanGpu ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions SkiaSharp " +
        "SkiaSharp.NativeAssets.Linux.NoDependencies")]
    [InlineData("GanGpu.Hosting", "GanGpu ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions")]
    [InlineData(
        "GanGpu.Onnx",
        "GanGpu ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions Microsoft.ML.OnnxRuntime " +
        "System.Numerics.Tensors")]
    [InlineData(
        "GanGpu.OnnxExport", "GanGpu Google.Protobuf ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions")]
    public void A_library_has_its_documentation_symbols_and_icon_and_depends_on_what_it_must(
        string id, string dependencies)
    {
        Dictionary<string, byte[]> files = packages.Open(id);
        foreach (string path in new[] { $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", "icon.png" })
            Assert.True(files.ContainsKey(path), $"{id} lacks {path}.");
        // A library of 1.4 MB and 0.7 MB of documentation: what is much larger has something that does not belong there.
        Assert.True(files.Values.Sum(file => file.Length) < 3 * Megabyte);

        XElement metadata = Metadata(files);
        Assert.Equal(("MIT", "icon.png", "README.md"), (Of("license"), Of("icon"), Of("readme")));
        (string Id, string Version)[] found =
            [.. metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value))
                .OrderBy(one => one.Item1, StringComparer.Ordinal)];
        Assert.Equal(dependencies, string.Join(' ', found.Select(one => one.Id)));
        Assert.All(found.Where(one => one.Id.StartsWith("GanGpu", StringComparison.Ordinal)), one =>
            Assert.Equal($"[{packages.Version}]", one.Version));

        byte[] symbols = packages.Open(id, "snupkg")[$"lib/net10.0/{id}.pdb"];
        foreach (byte[] file in new[] { symbols, files[$"lib/net10.0/{id}.dll"] })
            Assert.DoesNotContain(Repository.Root, Encoding.UTF8.GetString(file), StringComparison.Ordinal);

        string Of(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    [Theory]
    [InlineData(
        "GanGpu.Cli", "gangpu", 12,
        "linux-x64 linux-arm64 linux-musl-x64 linux-musl-arm64 win-x64 win-arm64 osx-x64 osx-arm64",
        "HarfBuzzSharp SkiaSharp")]
    [InlineData(
        "GanGpu.Onnx.Cli", "gangpu-onnx", 28, "linux-x64 linux-arm64 win-x64 win-arm64 osx-arm64",
        "HarfBuzzSharp SkiaSharp onnxruntime")]
    public void A_tool_brings_the_native_files_of_its_platform_alone(
        string id, string command, int mostMegabytes, string platforms, string libraries)
    {
        string settings = Text(
            packages.Open(id)
            .Single(file => file.Key.EndsWith("DotnetToolSettings.xml", StringComparison.Ordinal)).Value);
        Assert.Contains($"Name=\"{command}\"", settings, StringComparison.Ordinal);
        Assert.Equal(
            platforms.Split(' ').Order(StringComparer.Ordinal),
            XElement.Parse(settings).Descendants("RuntimeIdentifierPackage")
            .Select(package => package.Attribute("RuntimeIdentifier")!.Value).Order(StringComparer.Ordinal));
        foreach (string platform in platforms.Split(' '))
        {
            Assert.InRange(
                new FileInfo(Path.Combine(packages.Folder, $"{id}.{platform}.{packages.Version}.nupkg")).Length,
                Megabyte, mostMegabytes * (long)Megabyte);
            (string prefix, string ending) = platform.Split('-')[0] switch
            {
                "win" => ("", ".dll"),
                "osx" => ("lib", ".dylib"),
                _ => ("lib", ".so")
            };
            string[] paths = [.. packages.Open($"{id}.{platform}").Keys];
            foreach (string library in libraries.Split(' '))
            {
                // SkiaSharp names its files alike everywhere; ONNX Runtime as each system has it.
                string name = (library == "onnxruntime" ? prefix : "lib") + library + ending;
                Assert.Equal(
                    $"tools/net10.0/{platform}/{name}", Assert.Single(paths, path => Path.GetFileName(path) == name));
            }

            Assert.DoesNotContain(paths, path => path.Contains("/runtimes/", StringComparison.Ordinal)
                || path.EndsWith("Sharp.pdb", StringComparison.Ordinal));
            // Symbols of the libraries are in packages of their own.
            Assert.Equal(
                $"{id}.pdb", Path.GetFileName(Assert.Single(paths, path => path.EndsWith(".pdb", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void Nothing_else_is_packed() =>
        Assert.Equal(
            ["GanGpu", "GanGpu.Cli", "GanGpu.Hosting", "GanGpu.Images", "GanGpu.Kernels", "GanGpu.Onnx", "GanGpu.Onnx.Cli",
                "GanGpu.OnnxExport"],
            Directory.EnumerateFiles(packages.Folder, "*.nupkg")
                .Select(path =>
                    Path.GetFileName(path).Replace($".{packages.Version}.nupkg", "", StringComparison.Ordinal))
                .Where(name => !name.Contains(".Cli.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static XElement Metadata(Dictionary<string, byte[]> files) =>
        XElement.Parse(Text(files.Single(file => file.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value))
            .Elements().First();

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF');
}
