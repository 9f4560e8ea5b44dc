using GanGpu.Measures;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Data sets of numbers instead of pixels, from the file to the samples.</summary>
[Collection(TestDevices.OfNetworks)]
public class VectorTrainingTests
{
    private const int Batch = 10, Length = 3, StepBytes = Batch * Length * sizeof(float);

    public static TheoryData<string> DeviceNames => ["opencl", "cuda"];

    /// <summary>
    /// What a step judges are the data's own numbers, to the bit: the first layer's weight gradient would not be the
    /// same otherwise.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Streamed_steps_have_the_bits_of_resident_ones(string name)
    {
        using Device whole = TestDevices.Reopen(name, new()),
            parts = TestDevices.Reopen(name, new() { DataSetBytes = 4 * StepBytes });
        using GanTrainer expected = Trainer(whole), trainer = Trainer(parts);
        Assert.Null(expected.Trainer.Stream);
        Assert.Equal(4, trainer.Trainer.Stream!.Data.StagedBatches);
        expected.Replay(22);
        trainer.Replay(22);
        Assert.Equal(GanTrainerTests.Saved(expected), GanTrainerTests.Saved(trainer));
    }

    /// <summary>
    /// Normal numbers around (0.5, −0.3), deviation 0.1: the generator's own are to come to lie there.
    /// </summary>
    [Fact]
    public void A_generator_learns_where_vectors_lie()
    {
        GaussianMixture normal = new("normal", [(0.5, -0.3)], 0.1);
        Device device = TestDevices.OpenDevice("cpu");
        using GanTrainer trainer =
            new(device, Preset.Mlp with { LatentSize = 4 }, normal.Draw(10_000), new() { BatchSize = 64, Seed = 3 });
        Assert.Equal(SampleFormat.OfPoints(2), trainer.Format);
        (double X, double Y) start = Mean(trainer);
        Assert.True(Distance(start) > 0.3, $"{start}");
        // Two players circle around where both would be content: the mean over some rounds is there.
        (double X, double Y) sum = (0, 0);
        trainer.Replay(1000);
        for (int i = 0; i < 20; i++)
        {
            trainer.Replay(100);
            (double X, double Y) mean = Mean(trainer);
            sum = (sum.X + (mean.X / 20), sum.Y + (mean.Y / 20));
        }

        // Over five seeds with vectors of 128, 256 and 512 bits: 0.001 to 0.036, from 0.49 to 0.61 at the start.
        Assert.True(Distance(sum) < 0.1, $"{sum}");

        static double Distance((double X, double Y) mean) =>
            Math.Sqrt(Math.Pow(mean.X - 0.5, 2) + Math.Pow(mean.Y + 0.3, 2));

        static (double X, double Y) Mean(GanTrainer trainer)
        {
            float[] samples = trainer.Generator.Sample(1000).Values.ToArray();
            return (samples.Where((_, i) => i % 2 == 0).Average(value => (double)value),
                samples.Where((_, i) => i % 2 == 1).Average(value => (double)value));
        }
    }

    [Fact]
    public void Vectors_can_not_be_mirrored()
    {
        Device device = TestDevices.OpenDevice("cpu");
        Assert.Throws<InvalidInputException>(
            () => new GanTrainer(device, Preset.Mlp, Data(), new() { BatchSize = Batch, HorizontalFlip = true }));
    }

    private static GanTrainer Trainer(Device device) =>
        new(device, Preset.Mlp with { LatentSize = 4, GeneratorUnits = new(8, 8), DiscriminatorUnits = new(8, 8) },
            Data(), new() { BatchSize = Batch, Seed = 7, ReportEvery = 4 });

    private static DataSet Data() => DataSet.FromValues("vectors", Samples.Floats(97 * Length, seed: 1), 97, Length);
}
