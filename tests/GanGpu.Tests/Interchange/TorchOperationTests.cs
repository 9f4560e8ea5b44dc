using GanGpu.Networks;
using GanGpu.PyTorch;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Interchange;

/// <summary>Networks of a program's own, written with operations, in PyTorch.</summary>
public sealed class TorchOperationTests : IDisposable
{
    private static readonly SampleFormat Small = SampleFormat.OfImages(4, 6, 3);

    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu");

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void PyTorch_makes_the_same_of_operations()
    {
        TorchCases judged = new(folder);
        List<string> cases = [];
        foreach ((string name, SampleFormat sample, GanPreset preset) in OperationNetworks.All)
        {
            string checkpoint = folder.At("checkpoint");
            TrainedCheckpoint.Write(device, checkpoint, preset, sample);
            cases.Add(judged.PutGenerator(device, checkpoint, name, sample, preset));
            cases.Add(judged.PutDiscriminator(device, checkpoint, name, sample, preset));
        }

        judged.AssertSame(cases);
    }

    [Fact]
    public void Their_weights_come_back()
    {
        foreach ((string name, SampleFormat sample, GanPreset preset) in OperationNetworks.All)
        {
            TrainedCheckpoint.Write(device, folder.At("checkpoint"), preset, sample);
            TorchWeights.WriteGenerator(folder.At("checkpoint"), folder.At("g"), preset);
            TorchWeights.WriteDiscriminator(folder.At("checkpoint"), folder.At("d"), preset);
            Preset counted = preset with { Classes = preset.ClassUse == ClassUse.None ? 0 : TrainedCheckpoint.Classes };
            TorchWeights.Import(folder.At("g"), folder.At("imported"), counted, discriminator: folder.At("d"));
            using Generator trained = Generator.Load(device, folder.At("checkpoint"), preset),
                imported = Generator.Load(device, folder.At("imported"), preset);
            Assert.True(
                trained.Sample(20, 3).Values.Span.SequenceEqual(imported.Sample(20, 3).Values.Span),
                $"{name} differs.");
            TorchWeights.WriteGenerator(folder.At("imported"), folder.At("g2"), preset);
            TorchWeights.WriteDiscriminator(folder.At("imported"), folder.At("d2"), preset);
            AssertSameTensors("g", "g2");
            // Weights that were divided by their norm are so again, by one of nearly 1.
            if (name != "learned")
                AssertSameTensors("d", "d2");
        }

        void AssertSameTensors(string a, string b) => Assert.Equal(Tensors(a), Tensors(b));
        string[] Tensors(string file) =>
            [.. TensorBytes.Read(folder.At(file)).Tensors.Where(tensor => tensor.Type == "F32")
                .Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Bytes)}")];
    }

    [Fact]
    public void Learned_tensors_have_the_names_of_their_author()
    {
        GanPreset preset = OperationNetworks.All.Single(network => network.Name == "learned").Preset;
        ExchangedNetwork network = ExchangedNetwork.Of("generator", preset, SampleFormat.OfImages(8, 12, 2), 1);
        Assert.Equal(
            [
                "start_values 1x96", "class_2 1x4", "tensor_1st_shift_s 1x4", "kept 1x4", "self_2 1x1",
                "twice_weight 4x4", "twice_bias 1x4", "low_a 4x2", "low_a_2 2x4",
            ],
            network.Module.Tensors.Select(tensor => $"{tensor.Name} {string.Join('x', tensor.Shape)}"));
        Assert.Contains(
            "self.register_buffer('kept', torch.zeros(1, 4))", network.Module.Class!, StringComparison.Ordinal);
        Assert.Contains(
            "self.start_values = nn.Parameter(torch.zeros(1, 96))", network.Module.Class!, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "Sum", "the operation Sum behind 'look' looks at several samples of a batch." },
        { "Mean", "the operation Mean behind 'look' looks at several samples of a batch." },
        { "ColumnSums", "the operation ColumnSums behind 'look' looks at several samples of a batch." },
        { "ColumnMeans", "the operation ColumnMeans behind 'look' looks at several samples of a batch." },
        { "SliceRows", "the operation SliceRows behind 'look' looks at several samples of a batch." },
        { "ConcatenateRows", "the operation ConcatenateRows behind 'look' looks at several samples of a batch." },
        { "MatMul", "the operation MatMul behind 'look' looks at several samples of a batch." },
        { "transpose", "the operation MatMul behind 'look' looks at several samples of a batch." },
        {
            "batch",
            "the operation * 'batch' takes several rows that belong to no sample, and only one can be repeated for " +
            "each."
        },
        { "patches", "the operation Reshape behind 'look' makes several images of each sample." },
        { "norm", "the layer SpectralNorm 'norm' has a weight that is no parameter." },
        { "gradient", "the operation Gradient behind 'look' has no counterpart there." },
        { "outside", "the operation + behind 'look' is given what is neither samples nor a parameter." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_can_t_be_written_is_named(string what, string why)
    {
        GanPreset preset = GanPreset.Create("own", 6, _ => (_, latent, _) => latent, _ => (parameters, samples, _) =>
        {
            Tensor x = samples.Dense(
                parameters, "look", 4, Activation.Relu, Initializer.HeNormal, Initializer.Normal(0.1f));
            return (what switch
            {
                "Sum" => x * x.Sum(),
                "Mean" => x * x.Mean(),
                "ColumnSums" => x - x.ColumnSums(),
                "ColumnMeans" => x - x.ColumnMeans(),
                "SliceRows" => x.SliceRows(0, 1) + x,
                "ConcatenateRows" => Tensor.ConcatenateRows(x, x),
                "MatMul" => x.MatMul(x, transposeOther: true).MatMul(x),
                "transpose" => x.MatMul(x, transpose: true),
                "batch" => x * parameters.Get("batch", x.Shape, Initializer.Ones),
                "patches" => FeatureMap.Of(x.Reshape(2 * x.Rows, 2), new(2, 1, 1)).Flatten(),
                "norm" => x.MatMul(
                    (2f * parameters.Get("norm.weight", new(4, 4), Initializer.Ones)).SpectralNorm(parameters, "norm")),
                "gradient" => Tensor.Gradient(x, samples),
                _ => x + Tensor.Input("outside", x.Rows, 4),
            }).RowSums();
        });
        Assert.Equal(
            $"The discriminator of own can't be written for PyTorch: {why}",
            Assert.Throws<InvalidInputException>(() => ExchangedNetwork.Of("discriminator", preset, Small, 1)).Message);
    }
}
