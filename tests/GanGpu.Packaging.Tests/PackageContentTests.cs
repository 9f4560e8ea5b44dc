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
    [InlineData("GanGpu.Images", "GanGpu ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions SkiaSharp SkiaSharp.NativeAssets.Linux.NoDependencies")]
    [InlineData("GanGpu.Onnx", "GanGpu ILGPU ILGPU.Algorithms Microsoft.Extensions.Logging.Abstractions Microsoft.ML.OnnxRuntime System.Numerics.Tensors")]
    public void A_library_has_its_documentation_symbols_and_icon_and_depends_on_what_it_must(string id, string dependencies)
    {
        Dictionary<string, byte[]> files = packages.Open(id);
        foreach (string path in new[] { $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", "icon.png" })
            Assert.True(files.ContainsKey(path), $"{id} lacks {path}.");
        Assert.True(files.Values.Sum(file => file.Length) < 2 * Megabyte);

        XElement metadata = Metadata(files);
        Assert.Equal(("MIT", "icon.png", "README.md"), (Of("license"), Of("icon"), Of("readme")));
        (string Id, string Version)[] found = [.. metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value)).OrderBy(one => one.Item1, StringComparer.Ordinal)];
        Assert.Equal(dependencies, string.Join(' ', found.Select(one => one.Id)));
        Assert.All(found.Where(one => one.Id.StartsWith("GanGpu", StringComparison.Ordinal)), one => Assert.Equal($"[{packages.Version}]", one.Version));

        byte[] symbols = packages.Open(id, "snupkg")[$"lib/net10.0/{id}.pdb"];
        foreach (byte[] file in new[] { symbols, files[$"lib/net10.0/{id}.dll"] })
            Assert.DoesNotContain(Repository.Root, Encoding.UTF8.GetString(file), StringComparison.Ordinal);

        string Of(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    [Theory]
    [InlineData("GanGpu.Cli", "gangpu", 12)]
    [InlineData("GanGpu.Onnx.Cli", "gangpu-onnx", 28)]
    public void A_tool_brings_the_native_files_of_its_platform_alone(string id, string command, int most)
    {
        Dictionary<string, byte[]> outer = packages.Open(id);
        Assert.Contains($"Name=\"{command}\"", Text(outer.Single(file => file.Key.EndsWith("DotnetToolSettings.xml", StringComparison.Ordinal)).Value), StringComparison.Ordinal);
        Assert.Contains(PackedPackages.Platform, Text(outer.Single(file => file.Key.EndsWith("DotnetToolSettings.xml", StringComparison.Ordinal)).Value), StringComparison.Ordinal);

        string platform = $"{id}.{PackedPackages.Platform}";
        Assert.True(new FileInfo(Path.Combine(packages.Folder, $"{platform}.{packages.Version}.nupkg")).Length < most * (long)Megabyte);
        string[] skia = [.. packages.Open(platform).Keys.Where(path => Path.GetFileNameWithoutExtension(path) is "libSkiaSharp")];
        Assert.Equal($"tools/net10.0/{PackedPackages.Platform}", Path.GetDirectoryName(Assert.Single(skia))!.Replace('\\', '/'));
    }

    private static XElement Metadata(Dictionary<string, byte[]> files) =>
        XElement.Parse(Text(files.Single(file => file.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value)).Elements().First();

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF');
}
