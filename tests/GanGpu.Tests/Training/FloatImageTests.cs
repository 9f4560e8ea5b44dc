using GanGpu.Images;
using GanGpu.Measures;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Images of numbers, and images that a callback reads, train as images of bytes do: to the bit.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class FloatImageTests
{
    private const int Count = 40, Size = 8 * 8 * 3;

    public static TheoryData<string, string, bool> Cases =>
    [
        ("cpu", "mlp", false), ("cpu", "dcgan", false), ("cpu", "dcgan", true), ("cpu", "cgan", false),
        ("cpu", "quick", false), ("cpu", "vae", false), ("emulator", "mlp", true), ("opencl", "dcgan", true),
        ("cuda", "dcgan", true),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task They_train_to_the_bits_of_bytes(string deviceName, string presetName, bool flip)
    {
        Device device = TestDevices.OpenDevice(deviceName);
        Preset preset = SmallPreset.Named(presetName);
        int steps = deviceName == "emulator" ? 2 : 13;
        TrainingOptions options = preset.Recipe with { BatchSize = 6, HorizontalFlip = flip, Seed = 3 };
        byte[] expected = await Trained(Bytes());
        Assert.Equal(expected, await Trained(Floats()));
        Assert.Equal(expected, await Trained(Callback()));

        async Task<byte[]> Trained(DataSet data)
        {
            using GanTrainer trainer = new(device, preset, data, options);
            Assert.Equal(!data.IsInMemory, trainer.Trainer.Stream is not null);
            await trainer.TrainStepsAsync(steps, cancellationToken: TestContext.Current.CancellationToken);
            float[] weights = trainer.Generator.Sample(20).Values.ToArray();
            byte[] bytes = new byte[weights.Length * sizeof(float)];
            Buffer.BlockCopy(weights, 0, bytes, 0, bytes.Length);
            return bytes;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task They_are_saved_resumed_drawn_and_measured(bool callback)
    {
        Device device = TestDevices.OpenDevice("cpu");
        using TempFolder temp = new();
        DataSet data = callback ? Callback() : Floats();
        using GanTrainer trainer = new(device, SmallPreset.Named("mlp"), data, new() { BatchSize = 6 });
        await trainer.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken);
        trainer.Save(temp.At("a"));
        await trainer.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken);
        // Read into memory or by a callback, it is the same data.
        using GanTrainer resumed = GanTrainer.Resume(device, callback ? Floats() : Callback(), temp.At("a"));
        await resumed.TrainStepsAsync(5, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(GanTrainerTests.Saved(trainer), GanTrainerTests.Saved(resumed));
        Assert.Contains("has 40 of 8x8x3, whose values are encoded otherwise", Assert.Throws<InvalidInputException>(
            () => GanTrainer.Resume(device, Bytes(), temp.At("a"))).Message, StringComparison.Ordinal);
        using (Generator loaded = Generator.Load(device, temp.At("a")))
            Assert.Equal(data.Format, loaded.Format);
        SampleBatch samples = trainer.Generator.Sample(4);
        Assert.NotEmpty(samples.ToPng());
        Assert.NotEqual(0, ContactSheet.Save(data, temp.At("sheet.png")));
        ContactSheet.Save(Bytes(), temp.At("bytes.png"));
        Assert.Equal(File.ReadAllBytes(temp.At("bytes.png")), File.ReadAllBytes(temp.At("sheet.png")));
        FeatureSet features = FeatureSet.Of(data), ofBytes = FeatureSet.Of(Bytes());
        Assert.Equal(ofBytes.Count, features.Count);
        for (int i = 0; i < Size; i++)
            Assert.Equal(ofBytes[3][i], features[3][i], 1e-6f);
        using SampleClassifier classifier = SampleClassifier.Train(
            device, data, new() { Epochs = 1, BatchSize = 8 }, TestContext.Current.CancellationToken);
        Assert.Equal(Count, classifier.Apply(data, cancellationToken: TestContext.Current.CancellationToken)
            .Classes.Length);
    }

    [Fact]
    public async Task A_run_of_them_goes_on()
    {
        Device device = TestDevices.OpenDevice("cpu");
        foreach (DataSet data in new[] { Floats(), Callback() })
        {
            using TempFolder temp = new();
            Preset preset = SmallPreset.Named("mlp");
            for (int steps = 6; steps <= 12; steps += 6)
            {
                using TrainingRun run = TrainingRun.StartOrResume(
                    device, preset, data, temp.At("run"), new() { BatchSize = 6 },
                    new() { Steps = steps, Pictures = new ImagePictures() });
                await run.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
                Assert.Equal(steps, run.Trainer.Step);
            }
        }
    }

    private static byte[] Pixels()
    {
        byte[] pixels = new byte[Count * Size];
        new Random(5).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Labels() => [.. Enumerable.Range(0, Count).Select(i => (byte)(i % 4))];

    private static float[] Numbers() => [.. Pixels().Select(pixel => (pixel - 127.5f) * (1f / 127.5f))];

    private static DataSet Bytes() => DataSet.FromBytes("images", Pixels(), Count, 8, 8, 3, Labels());

    private static DataSet Floats() => DataSet.FromImages("images", Numbers(), 8, 8, 3, -1, 1, Labels());

    private static DataSet Callback()
    {
        float[] numbers = Numbers();
        return DataSet.FromCallback(
            "images", SampleFormat.OfImages(8, 8, 3), Count,
            (index, values) => numbers.AsSpan(index * Size, Size).CopyTo(values), Labels());
    }
}
