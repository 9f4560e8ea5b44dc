using GanGpu.Images;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>
/// The programs that documents show compile and run. Those that need ONNX Runtime are run by GanGpu.Onnx.Tests, Python
/// by <c>InterchangeCommandTests</c>.
/// </summary>
public sealed class ReadmeExampleTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-readme-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_readmes_program_trains_and_draws()
    {
        string code = Assert.Single(Document.Main.Blocks, block => block.Language == "csharp").Text;
        Assert.Contains("new(device, Preset.Mlp", code, StringComparison.Ordinal);
        // Forty epochs are for a reader; two show that it works.
        string output = await ExamplePrograms.RunAsync(
            folder.FullName, code.Replace("epochs: 40", "epochs: 2", StringComparison.Ordinal), "GanGpu.Images");
        Assert.Matches("step 624, epoch 2.00: D loss", output);
        Assert.True(new FileInfo(At("samples.png")).Length > 1000);
        Assert.True(File.Exists(At("checkpoint.safetensors")));
    }

    [Fact]
    public async Task Every_program_of_every_document_runs()
    {
        CodeBlock[] programs =
            [.. Document.All.SelectMany(document => document.Blocks)
            .Where(block => block.Language == "csharp" && !block.IsSketch && !block.NeedsOnnxRuntime)];
        Assert.True(programs.Length > 5, "Few programs were found.");
        // What they find: pictures, and the checkpoint that the first of them leaves.
        Directory.CreateDirectory(At("photos"));
        DataSet digits = DataSource.Open("digits");
        for (int i = 0; i < 32; i++)
            digits.Samples(i, 1).SavePng(At($"photos/{i}.png"));
        await ExamplePrograms.RunAllAsync(folder.FullName, programs, "GanGpu.Images", "GanGpu.OnnxExport", "GanGpu.Hosting");
        foreach (string file in new[] { "samples.npy", "generator.onnx", "own.onnx", "reconstructions.png" })
            Assert.True(new FileInfo(At(file)).Length > 1000, $"{file} is missing or empty.");
    }

    private string At(string name) => Path.Combine(folder.FullName, name);
}
