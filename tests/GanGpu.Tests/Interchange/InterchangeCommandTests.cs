using System.Globalization;
using System.Runtime.InteropServices;
using GanGpu.Tests.Cli;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Interchange;

/// <summary>
/// gangpu export --safetensors and --pytorch, gangpu import, and the program that a README shows for them.
/// </summary>
public sealed class InterchangeCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public InterchangeCommandTests() => SharedRun.CopyTo(place);

    public void Dispose() => place.Dispose();

    [Fact]
    public void The_readmes_program_draws_what_gangpu_draws()
    {
        string program = Assert.Single(
            Document.All.SelectMany(document => document.Blocks), block => block.Language == "python").Text;
        Assert.Equal(10, program.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Gangpu.Run(place, "export", "run", "--safetensors", "generator.safetensors").Succeeded();
        File.WriteAllText(place.At("shown.py"), program);
        Assert.Matches(@"^\(64, 1, 28, 28\) from -\S+ to \S+\n$", Torch.Run(place.Folder, "shown.py"));

        // The same network on the latent vectors of GanGpu's own samples.
        Gangpu.Run(
            place, "sample", "run", "--device", "cpu", "--count", "20", "--seed", "3", "--float", "--out",
            "samples.npy").Succeeded();
        using (Device device = Device.Open("cpu"))
        using (Generator generator = Generator.Load(device, place.At("run/checkpoint.safetensors")))
            File.WriteAllBytes(place.At("latents"), MemoryMarshal.AsBytes<float>(generator.Latents(20, 3)).ToArray());
        Assert.Contains("torch.randn(64, 100)", program, StringComparison.Ordinal);
        File.WriteAllText(
            place.At("compare.py"),
            program.Replace(
                "torch.randn(64, 100)",
                "torch.frombuffer(bytearray(open('latents', 'rb').read()), dtype=torch.float32).reshape(20, 100)",
                StringComparison.Ordinal)
            + "own = open('samples.npy', 'rb').read()[-4 * 20 * 784:]\nprint((images.reshape(-1) - " +
                "torch.frombuffer(bytearray(own), dtype=torch.float32)).abs().max().item())\n");
        Assert.InRange(
            double.Parse(Torch.Run(place.Folder, "compare.py").Split('\n')[1], CultureInfo.InvariantCulture), 0, 1e-5);
    }

    [Fact]
    public void Weights_go_out_and_come_back()
    {
        string said = Gangpu.Run(place, "export", "run", "--safetensors", "g.safetensors", "--pytorch", "g.py")
            .Succeeded().Output;
        Assert.Contains("as weights for PyTorch: g.safetensors", said, StringComparison.Ordinal);
        Assert.Contains("as code for PyTorch: g.py", said, StringComparison.Ordinal);
        Gangpu.Run(place, "export", "run", "--safetensors", "d.safetensors", "--discriminator").Succeeded();
        said = Gangpu.Run(
            place, "import", "g.safetensors", "--discriminator", "d.safetensors", "--out", "imported.safetensors")
            .Succeeded().Output;
        Assert.Equal("247,440 weights in PyTorch's layout, samples of 28x28x1: imported.safetensors\n", said);
        foreach ((string what, string to) in new[] { ("run", "a.npy"), ("imported.safetensors", "b.npy") })
            Gangpu.Run(place, "sample", what, "--device", "cpu", "--count", "10", "--float", "--out", to).Succeeded();
        Assert.Equal(place.Read("a.npy"), place.Read("b.npy"));
        Gangpu.Run(place, "export", "imported.safetensors", "--discriminator", "--safetensors", "d2.safetensors")
            .Succeeded();
        Assert.Equal(
            TensorBytes.Read(place.At("d.safetensors")).Tensors[0].Values, TensorBytes.Read(place.At("d2.safetensors"))
            .Tensors[0].Values);

        // By options alone, of a file that says nothing of itself.
        File.WriteAllBytes(
            place.At("plain.safetensors"), TensorBytes.File(TensorBytes.Read(place.At("g.safetensors")).Tensors));
        Gangpu.Run(
            place, "import", "plain.safetensors", "--preset", "mlp", "--image-size", "28", "--latent", "normal", "-o",
            "plain").Succeeded();
        Gangpu.Run(place, "sample", "plain", "--device", "cpu", "--count", "10", "--float", "--out", "c.npy")
            .Succeeded();
        Assert.Equal(place.Read("a.npy"), place.Read("c.npy"));
    }

    [Fact]
    public void Bad_input_gets_one_sentence_and_leaves_no_file()
    {
        Gangpu.Run(place, "export", "run", "--safetensors", "g.safetensors").Succeeded();
        File.WriteAllBytes(place.At("model.pt"), [.. "PK\u0003\u0004"u8, 1, 2, 3, 4, 5, 6]);
        foreach ((string part, string[] arguments) in new (string, string[])[]
        {
            ("--safetensors", ["export", "run"]),
            ("nowhere", ["export", "run", "--safetensors", Path.Combine("nowhere", "g")]),
            ("nowhere", ["export", "run", "--safetensors", "out", "--pytorch", Path.Combine("nowhere", "g.py")]),
            ("torch.load('weights.pt', weights_only=True)", ["import", "model.pt", "--out", "out"]),
            ("--out", ["import", "g.safetensors"]),
            ("can't be written over it", ["import", "g.safetensors", "--out", "g.safetensors"]),
            ("the checkpoint itself",
                ["export", "run", "--safetensors", Path.Combine("run", "checkpoint.safetensors")]),
            ("named twice", ["export", "run", "--safetensors", "out", "--pytorch", "out"]),
            ("'0.weight' is [128, 100], not [100, 256, 4, 4]",
                ["import", "g.safetensors", "--preset", "dcgan", "--out", "out"]),
            ("--classes", ["import", "g.safetensors", "--preset", "cgan", "--out", "out"]),
            ("knows no classes", ["import", "g.safetensors", "--preset", "mlp", "--classes", "3", "--out", "out"]),
            ("go with --preset", ["import", "g.safetensors", "--latent-size", "3", "--out", "out"]),
            ("--image-size", ["import", "g.safetensors", "--channels", "3", "--out", "out"]),
            ("--channels must be a whole number from 1",
                ["import", "g.safetensors", "--image-size", "28", "--channels", "0", "--out", "out"]),
        })
        {
            Assert.Contains(part, Gangpu.Run(place, arguments).FailedWith(2), StringComparison.Ordinal);
            Assert.False(File.Exists(place.At("out")));
        }
    }
}
