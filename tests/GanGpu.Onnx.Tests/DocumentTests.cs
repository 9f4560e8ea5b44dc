using GanGpu.OnnxExport;
using GanGpu.Tests.Support;

namespace GanGpu.Onnx.Tests;

/// <summary>Programs and options in the READMEs of the repository that need ONNX Runtime.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly ModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_program_with_ONNX_Runtime_runs()
    {
        CodeBlock[] programs =
            [.. Document.All.SelectMany(document => document.Blocks)
            .Where(block => block.Language == "csharp" && !block.IsSketch && block.NeedsOnnxRuntime)];
        Assert.True(programs.Length > 1, "Few programs were found.");

        // What they find: a trained GAN of the digits, its generator, and a network of features.
        using (Device device = Device.Open("cpu"))
        using (GanTrainer trainer = new(device, Preset.Mlp, DataSource.Open("digits"), new()))
        {
            await foreach (TrainingReport report in trainer.StepReportsAsync(5, TestContext.Current.CancellationToken))
                Assert.Equal(5, report.Step);
            trainer.Save(folder.At("checkpoint.safetensors"));
        }

        OnnxFile.WriteGenerator(folder.At("checkpoint.safetensors"), folder.At("generator.onnx"));
        folder.Write(
            new Model().Input("images", Model.Float, Model.Any, 1, 28, 28)
                .Output("features", Model.Float, Model.Any, 28)
                .Node("ReduceMean", ["images"], "rows", ("axes", [3], true))
                .Node("Flatten", ["rows"], "features", ("axis", [1], false)),
            "inception.onnx");
        await ExamplePrograms.RunAllAsync(folder.At("."), programs, "GanGpu.Onnx");
    }
}
