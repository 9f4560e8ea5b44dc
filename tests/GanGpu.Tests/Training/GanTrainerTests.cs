using System.Buffers.Binary;
using GanGpu.Kernels.Batch;

namespace GanGpu.Tests.Training;

public class GanTrainerTests
{
    private static MlpPreset Small => Preset.Mlp with
    {
        LatentSize = 8,
        GeneratorUnits = new(16, 24),
        DiscriminatorUnits = new(24, 16),
    };

    [Fact]
    public async Task The_same_seed_gives_the_same_bits_whatever_the_threads()
    {
        byte[][] states = new byte[3][];
        int[] threads = [1, 2, 2];
        for (int i = 0; i < states.Length; i++)
        {
            using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads[i] });
            using GanTrainer trainer = new(device, Preset.Mlp, Bytes(200, 28, 28), new() { BatchSize = 50, Seed = 5 });
            await foreach (TrainingReport _ in trainer.StepReportsAsync(20, TestContext.Current.CancellationToken)) { }
            states[i] = Saved(trainer);
        }

        Assert.Equal(states[0], states[1]);
        Assert.Equal(states[1], states[2]);
    }

    [Fact]
    public void Another_seed_gives_other_weights_and_another_order()
    {
        using Device device = Device.Open("cpu");
        ulong[] seeds = [1, 2];
        byte[][] weights = [.. seeds.Select(seed =>
        {
            using GanTrainer trainer = new(device, Small, Bytes(50, 3, 3), new() { BatchSize = 10, Seed = seed });
            return Values(Saved(trainer));
        })];
        Assert.Equal(weights[0].Length, weights[1].Length);
        Assert.NotEqual(weights[0], weights[1]);
        int[][] orders = [.. seeds.Select(seed => Enumerable.Range(0, 10).Select(row =>
            new DataOrder(50, 10, seed).ImageAt(1, row)).ToArray())];
        Assert.NotEqual(orders[0], orders[1]);
    }

    [Fact]
    public void A_step_allocates_nothing_on_the_managed_heap()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, Preset.Mlp, Bytes(200, 28, 28), new() { BatchSize = 64 });
        for (int i = 0; i < 50; i++)
            trainer.Replay();
        // Other tests may allocate meanwhile, so the thread is asked for its own. The workers run no other code than it
        // does.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            trainer.Replay();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Reports_are_means_and_come_at_the_interval_and_at_the_end()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, Small, Bytes(100, 3, 3), new() { BatchSize = 10, ReportEvery = 8 });
        List<TrainingReport> reports = [];
        await foreach (TrainingReport report in trainer.ReportsAsync(epochs: 2, TestContext.Current.CancellationToken))
            reports.Add(report);
        Assert.Equal([8, 16, 20], reports.Select(report => report.Step));
        Assert.Equal(2.0, reports[^1].Epoch);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        Assert.All(reports, report =>
        {
            Assert.InRange(report.DiscriminatorLoss, 0.1f, 4f);
            Assert.InRange(report.GeneratorLoss, 0.1f, 4f);
            Assert.InRange(report.RealAccuracy, 0f, 1f);
            Assert.InRange(report.FakeAccuracy, 0f, 1f);
        });

        double[] last = trainer.DiscriminatorRing.Means(16, 20);
        double mean = 0;
        for (int step = 16; step < 20; step++)
        {
            double[] one = trainer.DiscriminatorRing.Means(step, step + 1);
            mean += (one[0] + one[1]) / 4;
        }

        Assert.Equal(reports[^1].DiscriminatorLoss, mean, 5);
        Assert.Equal(mean, last[0] + last[1], 9);
    }

    [Fact]
    public async Task Cancelling_ends_within_a_step_and_keeps_what_was_trained()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, Small, Bytes(100, 3, 3), new() { BatchSize = 10, ReportEvery = 5 });
        using CancellationTokenSource cancel = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TrainingReport report in trainer.StepReportsAsync(1_000_000, cancel.Token))
            {
                if (report.Step >= 20)
                    await cancel.CancelAsync();
            }
        });
        Assert.InRange(trainer.Step, 20, 25);
        uint[] onDevice = new uint[1];
        trainer.GeneratorOptimizer.Step.CopyTo(onDevice);
        Assert.Equal(trainer.Step + 1, onDevice[0]);
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_trains_nothing()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, Small, Bytes(100, 3, 3), new() { BatchSize = 10 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TrainingReport _ in trainer.StepReportsAsync(10, new CancellationToken(canceled: true)))
                Assert.Fail("It was cancelled.");
        });
        Assert.Equal(0, trainer.Step);
        Assert.Null(trainer.FirstStepDone);
    }

    [Fact]
    public async Task Divergence_is_told_with_the_step()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(
            device, Small, Bytes(100, 3, 3),
            new()
            {
                BatchSize = 10,
                GeneratorOptimizer = new AdamOptions(1e30),
                DiscriminatorOptimizer = new AdamOptions(1e30),
                ReportEvery = 10
            });
        TrainingDivergedException e = await Assert.ThrowsAsync<TrainingDivergedException>(async () =>
        {
            await foreach (TrainingReport _ in trainer.StepReportsAsync(200, TestContext.Current.CancellationToken)) { }
        });
        Assert.Contains("step", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_buffer_is_freed()
    {
        using Device device = Device.Open("cpu");
        for (int i = 0; i < 20; i++)
        {
            using GanTrainer trainer = new(device, Small, Bytes(100, 3, 3), new() { BatchSize = 10 });
            trainer.Replay();
            Assert.NotEqual(0, device.LiveBuffers);
        }

        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void A_trainer_that_was_disposed_says_so()
    {
        using Device device = Device.Open("cpu");
        GanTrainer trainer = new(device, Small, Bytes(100, 3, 3), new() { BatchSize = 10 });
        Generator generator = trainer.Generator;
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Save("never-written"));
        Assert.Throws<ObjectDisposedException>(() => generator.Sample(1));
    }

    [Theory]
    [InlineData(101, "larger than the data set, which has 100")]
    [InlineData(0, "at least 1")]
    public void A_batch_that_does_not_fit_is_refused(int batch, string text)
    {
        using Device device = Device.Open("cpu");
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new GanTrainer(device, Small, Bytes(100, 3, 3), new() { BatchSize = batch }));
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void Samples_do_not_depend_on_how_many_are_drawn()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(device, Small, Bytes(100, 3, 3), new() { BatchSize = 10 });
        SampleBatch few = trainer.Generator.Sample(3, seed: 9), many = trainer.Generator.Sample(150, seed: 9),
            others = trainer.Generator.Sample(3, seed: 10);
        Assert.Equal(150, many.Count);
        Assert.Equal(few.Values.ToArray(), many.Values[..few.Values.Length].ToArray());
        Assert.NotEqual(few.Values.ToArray(), others.Values.ToArray());
        Assert.NotEqual(many.Values[..9].ToArray(), many.Values.Slice(64 * 9, 9).ToArray());
        Assert.All(many.Values.ToArray(), value => Assert.InRange(value, -1f, 1f));
    }

    internal static DataSet Bytes(int count, int height, int width)
    {
        byte[] pixels = new byte[count * height * width];
        new Random(1).NextBytes(pixels);
        return DataSet.FromBytes("random", pixels, count, height, width, 1);
    }

    /// <summary>The tensors of a checkpoint, without what is written about them: seeds and rates are.</summary>
    internal static byte[] Values(byte[] checkpoint) =>
        checkpoint[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(checkpoint))..];

    internal static byte[] Saved(GanTrainer trainer)
    {
        string path = Path.Combine(Path.GetTempPath(), $"gangpu-{Guid.NewGuid():N}");
        try
        {
            trainer.Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
