using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Each preset by its own recipe, on small pictures of awkward sizes.</summary>
public class PresetTests
{
    public static TheoryData<string, int, int, int> Cases
    {
        get
        {
            TheoryData<string, int, int, int> cases = [];
            foreach (string name in Preset.Names)
            {
                cases.Add(name, 8, 8, 1);
                cases.Add(name, 9, 6, 3);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_resumed_training_ends_with_the_same_bits_and_its_checkpoint_draws_the_same_samples(
        string name, int height, int width, int channels)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        Preset preset = Small(name);
        Assert.Equal(preset.GetType(), Preset.Named(name).GetType());
        TrainingOptions options = preset.Recipe with { BatchSize = 6 };
        DataSet data = DataSet.FromBytes(
            "noise", Samples(60 * height * width * channels), 60, height, width, channels,
            (byte[])[.. Enumerable.Range(0, 60).Select(i => (byte)(i % 3))]);
        using GanTrainer whole = new(device, preset, data, options), half = new(device, preset, data, options);
        whole.Replay(4);
        half.Replay(2);
        half.Save(folder.At("half"));
        using GanTrainer resumed = GanTrainer.Resume(device, data, folder.At("half"));
        resumed.Replay(2);
        whole.Save(folder.At("a"));
        resumed.Save(folder.At("b"));
        Assert.Equal(File.ReadAllBytes(folder.At("a")), File.ReadAllBytes(folder.At("b")));

        using Generator loaded = Generator.Load(device, folder.At("a"));
        float[] samples = whole.Generator.Sample(70).Values.ToArray();
        Assert.Equal(samples, loaded.Sample(70).Values.ToArray());
        // These two end without a tanh.
        if (preset is not (R3ganPreset or Toy2dPreset))
            Assert.All(samples, value => Assert.InRange(value, -1f, 1f));
        Assert.True(samples.Distinct().Count() > samples.Length / 2, "The samples are all alike.");
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("dcgan")]
    public void Packs_are_judged_and_penalised(string name)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        DataSet data = DataSet.FromBytes("noise", Samples(60 * 8 * 8 * 3), 60, 8, 8, 3);
        TrainingOptions options = new() { BatchSize = 6, Packing = 3, Penalty = new() { R1 = 1, R2 = 0.5 } };
        using GanTrainer trainer = new(device, Small(name), data, options);
        trainer.Replay(3);
        Assert.All(trainer.Generator.Sample(8).Values.ToArray(), value => Assert.InRange(value, -1f, 1f));
        // Weights of the first layer: a pixel has the channels of three samples.
        int rows = trainer.DiscriminatorWeights.Parameters.All[0].Tensor.Shape.Rows;
        Assert.Equal(name == "mlp" ? 3 * data.SampleSize : 4 * 4 * 9, rows);
    }

    /// <inheritdoc cref="SmallPreset.Named"/>
    internal static Preset Small(string name) => SmallPreset.Named(name);

    private static byte[] Samples(int count)
    {
        byte[] bytes = new byte[count];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
