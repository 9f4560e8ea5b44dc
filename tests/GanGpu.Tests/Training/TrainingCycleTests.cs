using GanGpu.Kernels.Launching;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>Steps with several updates of the discriminator, of which only some are penalised.</summary>
[Collection(TestDevices.OfNetworks)]
public class TrainingCycleTests
{
    private static readonly MlpPreset Tiny = Preset.Mlp with
    {
        LatentSize = 3,
        GeneratorUnits = new(8, 8),
        DiscriminatorUnits = new(8, 8),
    };

    private static readonly DataSet Pictures = GanTrainerTests.Bytes(60, 3, 4);

    [Theory]
    [InlineData(1, 1, new[] { "PG" })]
    [InlineData(3, 1, new[] { "PPPG" })]
    [InlineData(1, 3, new[] { "PG", "-G", "-G" })]
    [InlineData(2, 3, new[] { "P-G", "-PG", "--G" })]
    [InlineData(2, 4, new[] { "P-G", "--G" })]
    public void Updates_come_in_order(int updates, int interval, string[] steps)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(updates, interval));
        foreach (int step in Enumerable.Range(0, 2 * steps.Length))
            Assert.Equal(
                steps[step % steps.Length],
                string.Concat(
                    trainer.Trainer.UpdatesOf(step)
                    .Select(update => update == trainer.GeneratorUpdate ? "G" : update == trainer.DiscriminatorUpdate
                        ? "P" : "-")));
    }

    [Fact]
    public void Each_network_counts_its_own_updates()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(5, 2));
        trainer.Replay(4);
        Assert.Equal(4, trainer.Step);
        Assert.Equal(21u, Count(trainer.DiscriminatorOptimizer));
        Assert.Equal(5u, Count(trainer.GeneratorOptimizer));
        // 60 samples in batches of 6, 5 of them a step.
        Assert.Equal(2, trainer.StepsPerEpoch);
    }

    [Fact]
    public async Task A_resumed_training_ends_with_the_same_bits()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        using GanTrainer whole = new(device, Tiny, Pictures, Options(3, 2)),
            half = new(device, Tiny, Pictures, Options(3, 2));
        TrainingReport last = (await Train(whole, 10))[^1];
        await Train(half, 5);
        half.Save(folder.At("half"));
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("half"));
        TrainingReport again = (await Train(resumed, 5))[^1];
        whole.Save(folder.At("a"));
        resumed.Save(folder.At("b"));
        Assert.Equal(File.ReadAllBytes(folder.At("a")), File.ReadAllBytes(folder.At("b")));
        Assert.NotNull(last.Penalty);
        Assert.True(again.Penalty > 0);
    }

    [Fact]
    public async Task The_reported_penalty_is_the_mean_of_the_penalised_updates()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        // With a rate of 0 the networks stay as they are, and a penalty depends on the batch alone.
        TrainingOptions still = Options(1, 1) with
        {
            BatchSize = 60,
            GeneratorOptimizer = new AdamOptions(0),
            DiscriminatorOptimizer = new AdamOptions(0),
        };
        using GanTrainer always = new(device, Tiny, Pictures, still),
            seldom = new(device, Tiny, Pictures, still with { Penalty = still.Penalty with { Interval = 4 } });
        float expected = (await Train(always, 8))[^1].Penalty!.Value, got = (await Train(seldom, 8))[^1].Penalty!.Value;
        Assert.True(expected > 0);
        Assert.InRange(got / expected, 0.99f, 1.01f);
    }

    /// <summary>
    /// An update takes the mean of its batches' gradients, which are those that single batches have at the same
    /// weights.
    /// </summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl")]
    public void An_update_takes_the_mean_gradient_of_its_batches(string name)
    {
        const int batches = 3;
        Device device = TestDevices.OpenDevice(name);
        // Weights that stay as they are show the gradients of each batch by itself.
        TrainingOptions still = Options(1, 1) with
        {
            GeneratorOptimizer = new SgdOptions(0),
            DiscriminatorOptimizer = new SgdOptions(0),
        };
        using GanTrainer single = new(device, Tiny, Pictures, still),
            accumulated = new(device, Tiny, Pictures, still with { AccumulatedBatches = batches });
        double[] discriminator = new double[single.DiscriminatorOptimizer.Gradients.Length],
            generator = new double[single.GeneratorOptimizer.Gradients.Length];
        for (int batch = 0; batch < batches; batch++)
        {
            single.Replay(1);
            Add(Values(single.DiscriminatorOptimizer.Gradients), discriminator);
            Add(Values(single.GeneratorOptimizer.Gradients), generator);
        }

        accumulated.Replay(1);
        Assert.Equal(1, accumulated.Step);
        Assert.Equal(1u + batches, Count(accumulated.DiscriminatorOptimizer));
        AssertMean(discriminator, Values(accumulated.DiscriminatorOptimizer.Gradients));
        AssertMean(generator, Values(accumulated.GeneratorOptimizer.Gradients));

        // The second update starts from nothing, not from the first's gradients.
        accumulated.Replay(1);
        Assert.Equal(1u + (2 * batches), Count(accumulated.GeneratorOptimizer));
        Assert.Contains(Values(accumulated.GeneratorOptimizer.Gradients).Zip(generator), pair =>
            Math.Abs(pair.First - (pair.Second / batches)) > 1e-6);

        static void Add(float[] values, double[] sums)
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] += values[i];
        }

        static void AssertMean(double[] sums, float[] means)
        {
            Assert.Contains(means, value => value != 0);
            for (int i = 0; i < sums.Length; i++)
                Assert.InRange(means[i] - (sums[i] / batches), -1e-6, 1e-6);
        }
    }

    [Fact]
    public async Task A_training_that_accumulates_resumes_to_the_bit_and_counts_epochs_by_its_batches()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TempFolder folder = new();
        TrainingOptions options = Options(2, 3) with
        {
            AccumulatedBatches = 2,
            ReportEvery = 4,
            GeneratorOptimizer = new AdamOptions(1e-3, 0.5) { Average = new(0.9, 0.05), Decay = new(2, 9) },
        };
        using GanTrainer whole = new(device, Tiny, Pictures, options), half = new(device, Tiny, Pictures, options);
        // 60 samples in batches of 6, 4 of them a step.
        Assert.Equal(2, whole.StepsPerEpoch);
        TrainingReport last = (await Train(whole, 10))[^1];
        Assert.Equal(4.0, last.Epoch, 1e-9);
        await Train(half, 5);
        half.Save(folder.At("half"));
        using GanTrainer resumed = GanTrainer.Resume(device, Pictures, folder.At("half"));
        await Train(resumed, 5);
        whole.Save(folder.At("a"));
        resumed.Save(folder.At("b"));
        Assert.Equal(File.ReadAllBytes(folder.At("a")), File.ReadAllBytes(folder.At("b")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1e-3)]
    public void Norms_are_those_of_the_latest_gradients_before_they_were_limited(double? limit)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        SgdOptions still = new(0) { GradientNormLimit = limit };
        using GanTrainer trainer = new(
            device, Tiny, Pictures, Options(1, 1) with { GeneratorOptimizer = still, DiscriminatorOptimizer = still });
        using GanTrainer free = new(
            device, Tiny, Pictures,
            Options(1, 1) with { GeneratorOptimizer = new SgdOptions(0), DiscriminatorOptimizer = new SgdOptions(0) });
        trainer.Replay(3);
        free.Replay(3);
        IReadOnlyDictionary<string, float> norms = trainer.MeasureGradientNorms();
        (float discriminator, float generator) = (norms["d_grad_norm"], norms["g_grad_norm"]);
        Assert.Equal(Norm(free.DiscriminatorOptimizer), discriminator, 1e-5);
        Assert.Equal(Norm(free.GeneratorOptimizer), generator, 1e-5);
        Assert.True(generator > 1e-3, $"{generator} is too small for the limit to matter.");

        static double Norm(OptimizerState optimizer) =>
            Math.Sqrt(Values(optimizer.Gradients).Sum(value => (double)value * value));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    public void Packing_must_divide_the_batch(int packing)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new GanTrainer(device, Tiny, Pictures, Options(1, 1) with { Packing = packing }));
        Assert.Contains($"not {packing}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_judged_in_packs()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using GanTrainer trainer = new(device, Tiny, Pictures, Options(2, 1) with { Packing = 3 });
        trainer.Replay(3);
        Assert.Equal(3 * Pictures.SampleSize, trainer.DiscriminatorWeights.Parameters.All[0].Tensor.Shape.Rows);
    }

    private static TrainingOptions Options(int updates, int interval) =>
        new() { BatchSize = 6, DiscriminatorSteps = updates, Penalty = new() { R1 = 5, R2 = 2, Interval = interval } };

    private static float[] Values(DeviceBuffer<float> buffer)
    {
        float[] values = new float[buffer.Length];
        buffer.CopyTo(values);
        return values;
    }

    private static uint Count(OptimizerState optimizer)
    {
        uint[] step = new uint[1];
        optimizer.Step.CopyTo(step);
        return step[0];
    }

    private static async Task<List<TrainingReport>> Train(GanTrainer trainer, int steps)
    {
        List<TrainingReport> reports = [];
        await foreach (TrainingReport report in trainer.StepReportsAsync(steps, TestContext.Current.CancellationToken))
            reports.Add(report);
        return reports;
    }
}
