using GanGpu.PyTorch;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Interchange;

/// <summary>PyTorch takes the exported weights and makes the same of them.</summary>
public sealed class TorchWeightsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TorchCases judged;

    public TorchWeightsTests() => judged = new(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void PyTorch_makes_the_same_samples_and_logits_of_every_preset()
    {
        using Device device = Device.Open("cpu");
        List<string> cases = [];
        foreach ((string name, SampleFormat sample) in TrainedCheckpoint.Cases)
        {
            string checkpoint = folder.At("checkpoint");
            TrainedCheckpoint.Write(device, checkpoint, name, sample);
            cases.Add(judged.PutGenerator(device, checkpoint, name, sample));
            if (Preset.Named(name.Split('-')[0] == "sngan" ? "sngan" : name) is GanPreset)
                cases.Add(judged.PutDiscriminator(device, checkpoint, name, sample));
        }

        judged.AssertSame(cases);
    }

    /// <summary>Of two sizes, for one of which a convolution is as large as its images.</summary>
    [Fact]
    public void PyTorch_makes_the_same_of_a_programs_own_preset()
    {
        using Device device = Device.Open("cpu");
        List<string> cases = [];
        foreach (SampleFormat sample in new[] { SampleFormat.OfImages(9, 13, 2), SampleFormat.OfImages(13, 13, 3) })
        {
            OwnNetworks preset = new();
            string checkpoint = folder.At("checkpoint");
            TrainedCheckpoint.Write(device, checkpoint, preset, sample);
            cases.Add(judged.PutGenerator(device, checkpoint, "own", sample, preset));
            cases.Add(judged.PutDiscriminator(device, checkpoint, "own", sample, preset));
            // And the weights come back.
            WeightImport.Import(
                Path.Combine(cases[^2], "weights.safetensors"), folder.At("imported"),
                new() { Preset = preset with { Classes = TrainedCheckpoint.Classes } });
            using Generator trained = Generator.Load(device, checkpoint, preset),
                imported = Generator.Load(device, folder.At("imported"), preset);
            Assert.Equal(trained.Sample(20, 3).Values.ToArray(), imported.Sample(20, 3).Values.ToArray());
        }

        judged.AssertSame(cases);
    }

    [Fact]
    public void What_PyTorch_has_no_counterpart_of_is_named()
    {
        using Device device = Device.Open("cpu");
        OwnNetworks preset = new() { Has = OwnNetworks.Unlike.Deviation };
        TrainedCheckpoint.Write(device, folder.At("checkpoint"), preset, SampleFormat.OfImages(9, 13, 1));
        const string Deviation =
            "The discriminator of OwnNetworks can't be written for PyTorch: the layer MinibatchStdDev behind 'conv3' " +
            "looks at several samples of a batch.";
        Assert.Equal(
            Deviation,
            Assert.Throws<InvalidInputException>(
                () => TorchWeights.WriteDiscriminator(folder.At("checkpoint"), folder.At("d"), preset)).Message);
        Assert.False(File.Exists(folder.At("d")));
        foreach ((OwnNetworks.Unlike has, string message) in new[]
        {
            (OwnNetworks.Unlike.Deviation, Deviation),
            (OwnNetworks.Unlike.Twice, "the layer 'same' is applied more than once."),
            (OwnNetworks.Unlike.Constant,
                "the operation + 'constant' takes several rows that belong to no sample, and only one can be " +
                "repeated for each."),
            (OwnNetworks.Unlike.Unused, "the layer 'unused' is in no way to the result."),
        })
        {
            Assert.EndsWith(
                message,
                Assert.Throws<InvalidInputException>(
                    () => ExchangedNetwork.Of("discriminator", new OwnNetworks { Has = has, Classes = 3 },
                        SampleFormat.OfImages(9, 13, 1), packing: 1)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("dcgan")]
    [InlineData("cgan")]
    public void The_code_beside_the_weights_runs_by_itself(string name)
    {
        using Device device = Device.Open("cpu");
        TrainedCheckpoint.Write(device, folder.At("checkpoint"), name, SampleFormat.OfImages(12, 12, 1));
        TorchWeights.WriteGenerator(folder.At("checkpoint"), folder.At("weights.safetensors"));
        TorchWeights.WriteGeneratorCode(folder.At("checkpoint"), folder.At("generator.py"));
        Assert.StartsWith(
            "(64, 1, 12, 12) from -", Torch.Run(folder.Folder, "generator.py", "weights.safetensors"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Dcgan_for_64_pixels_has_the_names_and_shapes_of_pytorchs_example()
    {
        using Device device = Device.Open("cpu");
        TrainedCheckpoint.Write(device, folder.At("checkpoint"), "dcgan", SampleFormat.OfImages(64, 64, 3));
        TorchWeights.WriteGenerator(folder.At("checkpoint"), folder.At("g"));
        TorchWeights.WriteDiscriminator(folder.At("checkpoint"), folder.At("d"));
        // Of examples/dcgan/main.py with nz 10, ngf 4 and ndf 4: a number for each layer, functions included.
        Assert.Equal(
            [
                .. Convolution(0, 10, 32), .. BatchNorm(1, 32), .. Convolution(3, 32, 16), .. BatchNorm(4, 16),
                    .. Convolution(6, 16, 8), .. BatchNorm(7, 8),
                .. Convolution(9, 8, 4), .. BatchNorm(10, 4), .. Convolution(12, 4, 3),
            ],
            Names("g"));
        Assert.Equal(
            [
                .. Convolution(0, 4, 3), .. Convolution(2, 8, 4), .. BatchNorm(3, 8), .. Convolution(5, 16, 8),
                    .. BatchNorm(6, 16), .. Convolution(8, 32, 16), .. BatchNorm(9, 32),
                .. Convolution(11, 1, 32),
            ],
            Names("d"));

        string[] Names(string file) =>
            [.. TensorBytes.Read(folder.At(file)).Tensors.Where(tensor => tensor.Type == "F32")
                .Select(tensor => $"{tensor.Name} {string.Join('x', tensor.Shape)}")];
        string[] Convolution(int layer, int first, int second) => [$"{layer}.weight {first}x{second}x4x4"];
        string[] BatchNorm(int layer, int channels) =>
            [$"{layer}.weight {channels}", $"{layer}.bias {channels}", $"{layer}.running_mean {channels}",
                $"{layer}.running_var {channels}"];
    }

    [Fact]
    public void Conditional_generators_have_the_names_of_PyTorch_GAN()
    {
        using Device device = Device.Open("cpu");
        Assert.Equal(
            [
                "label_emb.weight", "model.0.weight", "model.0.bias", .. Block(2), .. Block(5), .. Block(8),
                    "model.11.weight", "model.11.bias",
            ],
            Names("cgan"));
        Assert.Equal(
            [
                "label_emb.weight", "l1.0.weight", "l1.0.bias", .. Norm("conv_blocks.0"), .. Linear("conv_blocks.2"),
                    .. Norm("conv_blocks.3"),
                .. Linear("conv_blocks.6"), .. Norm("conv_blocks.7"), .. Linear("conv_blocks.9"),
            ],
            Names("acgan"));

        string[] Names(string preset)
        {
            TrainedCheckpoint.Write(device, folder.At("checkpoint"), preset, SampleFormat.OfImages(32, 32, 1));
            TorchWeights.WriteGenerator(folder.At("checkpoint"), folder.At("g"));
            return [.. TensorBytes.Read(folder.At("g")).Tensors.Where(tensor => tensor.Type == "F32")
                .Select(tensor => tensor.Name)];
        }

        string[] Block(int layer) => [.. Linear($"model.{layer}"), .. Norm($"model.{layer + 1}")];
        string[] Linear(string layer) => [$"{layer}.weight", $"{layer}.bias"];
        string[] Norm(string layer) => [.. Linear(layer), $"{layer}.running_mean", $"{layer}.running_var"];
    }

    [Fact]
    public void Metadata_say_what_it_is()
    {
        using Device device = Device.Open("cpu");
        TrainedCheckpoint.Write(device, folder.At("checkpoint"), "cgan", SampleFormat.OfImages(9, 14, 3));
        TorchWeights.WriteGenerator(folder.At("checkpoint"), folder.At("g"));
        (IReadOnlyDictionary<string, string> metadata, IReadOnlyList<TensorBytes> tensors) =
            TensorBytes.Read(folder.At("g"));
        Assert.Equal(
            ("pt", "generator", "3", "10", "normal", "[3, 9, 14]", "-1..1", "3"),
            (metadata["format"], metadata["network"], metadata["step"], metadata["latent_size"], metadata["latent"],
                metadata["sample_shape"], metadata["value_range"], metadata["classes"]));
        Assert.StartsWith("{\"name\":\"cgan\"", metadata["gangpu.preset"], StringComparison.Ordinal);
        // Batches that a batch norm has seen: whole numbers of 64 bits without any axis.
        Assert.All(
            tensors.Where(tensor => tensor.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)), tensor =>
            Assert.Equal(("I64", 0, 3L), (tensor.Type, tensor.Shape.Length, BitConverter.ToInt64(tensor.Bytes))));
    }

    [Fact]
    public void What_is_no_checkpoint_leaves_no_file()
    {
        File.WriteAllText(folder.At("no"), "nothing");
        Assert.Throws<InvalidInputException>(() => TorchWeights.WriteGenerator(folder.At("no"), folder.At("out")));
        Assert.Throws<InvalidInputException>(
            () => TorchWeights.WriteDiscriminatorCode(folder.At("absent"), folder.At("out")));
        Assert.Equal(["no"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }
}
