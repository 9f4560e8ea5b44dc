using System.Text.Json;
using GanGpu.Onnx.Tests;

namespace GanGpu.Packaging.Tests;

/// <summary>gangpu and gangpu-onnx, installed as anybody would, in a folder without the repository.</summary>
[Collection(nameof(PackedPackages))]
public sealed class ToolTests(PackedPackages packages)
{
    [Fact]
    public void The_installed_tool_trains_draws_and_evaluates()
    {
        (string folder, string gangpu) = Install("tool", "GanGpu.Cli", "gangpu");
        Assert.StartsWith("0.1.0", Sdk.Run(folder, gangpu, "--version"), StringComparison.Ordinal);
        Sdk.Run(folder, gangpu, "train", "--data", "digits", "--steps", "10", "--out", "run");
        foreach (
            string name in new[] {
                "settings.json", "metrics.jsonl", "samples.png", "loss.png", "checkpoint.safetensors" })
            Assert.True(new FileInfo(Path.Combine(folder, "run", name)).Length > 0, $"{name} is missing or empty.");
        Assert.Contains(
            "step 10, ",
            Sdk.Run(folder, gangpu, "train", "--data", "ring", "--preset", "toy-2d", "--steps", "10", "--out",
                "points"), StringComparison.Ordinal);

        Sdk.Run(folder, gangpu, "sample", "run", "--count", "9", "--out", "pictures");
        Assert.Equal(9, Directory.GetFiles(Path.Combine(folder, "pictures"), "*.png").Length);

        JsonElement evaluation = JsonDocument.Parse(Sdk.Run(folder, gangpu, "evaluate", "points", "--json"))
            .RootElement.GetProperty("evaluation");
        Assert.Equal(JsonValueKind.Object, evaluation.ValueKind);
    }

    [Fact]
    public void The_installed_tool_with_onnx_runtime_evaluates()
    {
        (string folder, string gangpu) = Install("onnx", "GanGpu.Onnx.Cli", "gangpu-onnx");
        Sdk.Run(folder, gangpu, "train", "--data", "digits", "--steps", "10", "--out", "run", "--quiet");
        File.WriteAllBytes(
            Path.Combine(folder, "rows.onnx"), new Model().Input("images", Model.Float, Model.Any, 1, 28, 28)
            .Output("features", Model.Float, Model.Any, 28)
            .Node("ReduceMean", ["images"], "rows", ("axes", [3], true))
                .Node("Flatten", ["rows"], "features", ("axis", [1], false)).ToArray());
        Assert.Contains(
            "Fréchet distance (rows.onnx's features)",
            Sdk.Run(folder, gangpu, "evaluate", "run", "--features", "rows.onnx", "--feature-range", "0..1"),
            StringComparison.Ordinal);
    }

    private (string Folder, string Program) Install(string name, string package, string command)
    {
        string folder = packages.Workplace(name);
        Sdk.Dotnet(folder, "tool", "install", package, "--tool-path", "tools", "--version", packages.Version);
        return (folder, Path.Combine(folder, "tools", OperatingSystem.IsWindows() ? command + ".exe" : command));
    }
}
