using GanGpu.Tests.Cli;
using Microsoft.ML.OnnxRuntime;

namespace GanGpu.Onnx.Tests;

/// <summary>gangpu export.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Both_networks_of_a_run_are_written()
    {
        Gangpu.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "5", "--batch", "16", "--out",
            "run", "--quiet").Succeeded();
        string said = Gangpu.Run(place, "export", "run", "--onnx", "g.onnx").Succeeded().Output;
        Assert.StartsWith("Generator of ", said, StringComparison.Ordinal);
        Gangpu.Run(place, "export", "run", "--onnx", "d.onnx", "--discriminator").Succeeded();
        using InferenceSession generator = new(place.At("g.onnx")), discriminator = new(place.At("d.onnx"));
        Assert.Equal([-1, 1, 28, 28], generator.OutputMetadata["image"].Dimensions);
        Assert.Equal([-1, 1, 28, 28], discriminator.InputMetadata["image"].Dimensions);
        Assert.Equal([-1, 1], discriminator.OutputMetadata["logits"].Dimensions);
    }

    [Fact]
    public void Bad_input_gets_one_sentence_and_leaves_no_file()
    {
        Assert.Contains("--onnx", Gangpu.Run(place, "export", "run").FailedWith(2), StringComparison.Ordinal);
        Assert.Contains(
            "nowhere", Gangpu.Run(place, "export", "nowhere", "--onnx", "g.onnx").FailedWith(2),
            StringComparison.Ordinal);
        File.WriteAllBytes(place.At("broken.safetensors"), [8, 0, 0]);
        Assert.Contains(
            "broken.safetensors", Gangpu.Run(place, "export", "broken.safetensors", "--onnx", "g.onnx").FailedWith(2),
            StringComparison.Ordinal);
        Assert.False(File.Exists(place.At("g.onnx")));
    }
}
