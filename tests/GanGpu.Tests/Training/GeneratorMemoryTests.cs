using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Samples in the caller's memory, of any classes and of several at once; and generators that stay.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class GeneratorMemoryTests
{
    private const int Count = 40, Size = 64;

    public static TheoryData<string, string> Cases =>
    [
        ("cpu", "mlp"), ("cpu", "dcgan"), ("cpu", "cgan"), ("cpu", "acgan"), ("emulator", "mlp"),
        ("opencl", "cgan"), ("cuda", "cgan"),
    ];

    public static TheoryData<string, string> ConditionalCases =>
        [("cpu", "cgan"), ("cpu", "acgan"), ("opencl", "cgan"), ("cuda", "acgan")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_in_the_callers_memory_are_the_same(string deviceName, string presetName)
    {
        using GanTrainer trainer = Trainer(deviceName, presetName);
        Generator generator = trainer.Generator;
        foreach (int count in deviceName == "emulator" ? [3] : new[] { 1, 5, 64, 70 })
        {
            float[] expected = generator.Sample(count, seed: 4).Values.ToArray(), actual = new float[count * Size];
            generator.Sample(actual, seed: 4);
            Assert.Equal(expected, actual);
            Array.Clear(actual);
            generator.Generate(generator.Latents(count, seed: 4), actual.AsSpan());
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(ConditionalCases))]
    public void Each_sample_may_have_a_class_of_its_own(string deviceName, string presetName)
    {
        using GanTrainer trainer = Trainer(deviceName, presetName);
        Generator generator = trainer.Generator;
        const int count = 70;
        int[] classes = [.. Enumerable.Range(0, count).Select(i => (i * 7 + 1) % 4)];
        float[][] byClass = [.. Enumerable.Range(0, 4).Select(i => generator.Sample(count, 2, i).Values.ToArray())];
        float[] samples = new float[count * Size], generated = new float[count * Size], one = new float[count * Size];
        generator.Sample(samples, 2, classes);
        generator.Generate(generator.Latents(count, 2), generated, classes);
        generator.Sample(one, 2, [3]);
        Assert.Equal(byClass[3], one);
        Assert.Equal(samples, generated);
        for (int i = 0; i < count; i++)
            Assert.Equal(byClass[classes[i]][(i * Size)..((i + 1) * Size)], samples[(i * Size)..((i + 1) * Size)]);
    }

    [Theory]
    [MemberData(nameof(ConditionalCases))]
    public void A_condition_of_one_class_is_that_class_and_one_of_two_is_neither(string deviceName, string presetName)
    {
        using GanTrainer trainer = Trainer(deviceName, presetName);
        Generator generator = trainer.Generator;
        const int count = 67;
        float[] expected = new float[count * Size], actual = new float[count * Size], mixed = new float[count * Size],
            latents = generator.Latents(count, 5), conditions = new float[count * 4], half = new float[count * 4];
        int[] classes = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        for (int i = 0; i < count; i++)
        {
            conditions[(i * 4) + classes[i]] = 1;
            half[(i * 4) + classes[i]] = half[(i * 4) + 3] = 0.5f;
        }

        generator.Sample(expected, 5, classes);
        generator.SampleMixed(actual, conditions, 5);
        // A product with ones and zeros instead of a row of a table: exact, but for devices that contract otherwise.
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
        generator.GenerateMixed(latents, mixed, half);
        for (int i = 0; i < count; i++)
        {
            float[] third = generator.Generate(latents[(i * 10)..((i + 1) * 10)], 3).Values.ToArray();
            Assert.False(mixed.AsSpan(i * Size, Size).SequenceEqual(expected.AsSpan(i * Size, Size)));
            Assert.False(mixed.AsSpan(i * Size, Size).SequenceEqual(third));
        }

        // One alone has the bits that it has among others.
        float[] alone = new float[Size];
        generator.GenerateMixed(latents.AsSpan(0, 10), alone, half.AsSpan(0, 4));
        Assert.Equal(mixed[..Size], alone);
        generator.Generate(latents, mixed, classes);
        Assert.Equal(expected, mixed);
    }

    [Fact]
    public void Drawing_allocates_nothing_but_what_it_returns()
    {
        using Device device = Device.Open("cpu", new() { Threads = 1 });
        using GanTrainer trainer = Trainer(device, "cgan");
        Generator generator = trainer.Generator;
        float[] latents = generator.Latents(70), samples = new float[70 * Size], conditions = new float[70 * 4];
        int[] classes = new int[70];
        Draw(7);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Draw(7);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        // Of another seed, what puts its noise in place: once for each size of block.
        Draw(8);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4096);

        void Draw(ulong seed)
        {
            generator.Sample(samples, seed);
            generator.Sample(samples.AsSpan(0, 3 * Size), seed, [1]);
            generator.SampleMixed(samples, conditions, seed);
            generator.Generate(latents, samples, classes);
        }
    }

    [Fact]
    public void What_does_not_fit_together_gets_a_sentence()
    {
        using GanTrainer trainer = Trainer("cpu", "cgan"), plain = Trainer("cpu", "mlp");
        Generator generator = trainer.Generator;
        float[] two = new float[2 * Size], latents = generator.Latents(2);
        Assert.Contains("no whole number of samples", Message(() => generator.Sample(new float[65].AsSpan())),
            StringComparison.Ordinal);
        Assert.Contains("no whole number of samples", Message(() => generator.Sample(Span<float>.Empty)),
            StringComparison.Ordinal);
        Assert.Contains("2 samples are of 2 classes, or of one; 3 were given",
            Message(() => generator.Sample(two, 0, [1, 2, 3])), StringComparison.Ordinal);
        Assert.Contains("not of 4", Message(() => generator.Sample(two, 0, [1, 4])), StringComparison.Ordinal);
        Assert.Contains("2 x 4 weights", Message(() => generator.SampleMixed(two, new float[7])), StringComparison.Ordinal);
        Assert.Contains("Value 1 of condition 1, index 5, is NaN",
            Message(() => generator.SampleMixed(two, [0, 0, 0, 0, 0, float.NaN, 0, 0])), StringComparison.Ordinal);
        Assert.Contains("have 128 values, and the destination has room for 64",
            Message(() => generator.Generate(latents, new float[Size].AsSpan())), StringComparison.Ordinal);
        Assert.Contains("knows no classes", Message(() => plain.Generator.Sample(two, 0, [0])),
            StringComparison.Ordinal);
        Assert.Contains("knows no classes", Message(() => plain.Generator.SampleMixed(two, new float[8])),
            StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(
            () => generator.Sample(two, 0, [], new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("cpu", "mlp")]
    [InlineData("cpu", "sngan")]
    [InlineData("cpu", "r3gan")]
    [InlineData("emulator", "mlp")]
    public async Task A_snapshot_stays_as_it_is(string deviceName, string presetName)
    {
        Device device = TestDevices.OpenDevice(deviceName);
        long buffers = device.LiveBuffers;
        Generator snapshot;
        float[] before;
        int steps = deviceName == "emulator" ? 1 : 4;
        await using (GanTrainer trainer = Trainer(device, presetName))
        {
            await trainer.TrainStepsAsync(steps, cancellationToken: TestContext.Current.CancellationToken);
            before = trainer.Generator.Sample(5).Values.ToArray();
            snapshot = trainer.Snapshot();
            Assert.Equal(before, snapshot.Sample(5).Values.ToArray());
            await trainer.TrainStepsAsync(steps, cancellationToken: TestContext.Current.CancellationToken);
            Assert.NotEqual(before, trainer.Generator.Sample(5).Values.ToArray());
            Assert.Equal(before, snapshot.Sample(5).Values.ToArray());
        }

        Assert.Equal(before, snapshot.Sample(5).Values.ToArray());
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(() => snapshot.Sample(1));
        Assert.Equal(buffers, device.LiveBuffers);
    }

    [Fact]
    public async Task Snapshots_may_be_taken_while_it_trains()
    {
        using GanTrainer trainer = Trainer("cpu", "mlp");
        Task training = trainer.TrainStepsAsync(300, cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < 5; i++)
        {
            using Generator snapshot = trainer.Snapshot();
            Assert.Equal(snapshot.Sample(3).Values.ToArray(), snapshot.Sample(3).Values.ToArray());
        }

        await training;
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Snapshot());
    }

    private static string Message(Action action) => Assert.ThrowsAny<Exception>(action).Message;

    private static GanTrainer Trainer(string deviceName, string presetName) =>
        Trainer(TestDevices.OpenDevice(deviceName), presetName);

    private static GanTrainer Trainer(Device device, string presetName)
    {
        Preset preset = SmallPreset.Named(presetName);
        DataSet data = DataSet.FromBytes(
            "images", (byte[])[.. Enumerable.Range(0, Count * Size).Select(i => (byte)(i * 37))], Count, 8, 8, 1,
            (byte[])[.. Enumerable.Range(0, Count).Select(i => (byte)(i % 4))]);
        return new(device, preset, data, preset.Recipe with { BatchSize = 8 });
    }
}
