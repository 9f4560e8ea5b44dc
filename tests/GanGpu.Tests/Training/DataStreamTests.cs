using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>A data set that is brought to the device in parts trains like one that is there: to the bit.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class DataStreamTests : IDisposable
{
    private const int Batch = 10, SampleSize = 4 * 5 * 3, StepBytes = Batch * SampleSize;

    private static readonly TrainingOptions Options = new()
    {
        BatchSize = Batch,
        Seed = 7,
        HorizontalFlip = true,
        ReportEvery = 4,
    };

    private readonly string file = Path.Combine(Path.GetTempPath(), $"gangpu-{Guid.NewGuid():N}");

    /// <summary>The emulator would take most of a minute for each of these; it runs the kernels elsewhere.</summary>
    public static TheoryData<string> DeviceNames => ["opencl", "cuda"];

    public void Dispose() => File.Delete(file);

    /// <summary>One step to a slot, several; 9 steps make an epoch, so that chunks lie across epochs.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public async Task Streamed_steps_have_the_bits_of_resident_ones(string name)
    {
        byte[] expected;
        using (Device whole = Open(name, null))
        using (GanTrainer trainer = Trainer(whole))
        {
            Assert.Null(trainer.Trainer.Stream);
            await Train(trainer, 22);
            expected = GanTrainerTests.Saved(trainer);
        }

        foreach (int steps in new[] { 1, 4 })
        {
            using Device device = Open(name, 2 * steps * StepBytes);
            using (GanTrainer trainer = Trainer(device))
            {
                Assert.Equal(2 * steps, trainer.Trainer.Stream!.Data.StagedBatches);
                await Train(trainer, 22);
                Assert.Equal(expected, GanTrainerTests.Saved(trainer));
            }

            Assert.Equal(0, device.LiveBuffers);
            Assert.Equal(0, device.Backend.AllocatedBytes);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_checkpoint_from_the_middle_of_a_chunk_goes_on_with_the_same_bits(string name)
    {
        using Device whole = Open(name, null), device = Open(name, 6 * StepBytes);
        using GanTrainer expected = Trainer(whole);
        Replay(expected, 24);
        using (GanTrainer trainer = Trainer(device))
        {
            Replay(trainer, 13);
            trainer.Save(file);
        }

        using (GanTrainer resumed = GanTrainer.Resume(device, Data(), file))
        {
            Assert.NotNull(resumed.Trainer.Stream);
            Replay(resumed, 11);
            Assert.Equal(GanTrainerTests.Saved(expected), GanTrainerTests.Saved(resumed));
        }

        // Saved by one that streams, resumed by one that does not.
        using GanTrainer other = GanTrainer.Resume(whole, Data(), file);
        Assert.Null(other.Trainer.Stream);
        Replay(other, 11);
        Assert.Equal(GanTrainerTests.Saved(expected), GanTrainerTests.Saved(other));
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public async Task Training_that_was_cancelled_goes_on_with_the_same_bits(string name)
    {
        using Device whole = Open(name, null), device = Open(name, 6 * StepBytes);
        using GanTrainer trainer = Trainer(device), expected = Trainer(whole);
        using CancellationTokenSource cancel = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TrainingReport report in trainer.StepReportsAsync(100_000, cancel.Token))
            {
                if (report.Step >= 8)
                    await cancel.CancelAsync();
            }
        });
        Assert.InRange(trainer.Step, 8, 12);
        int rest = 30 - (int)trainer.Step;
        await Train(trainer, rest);
        await Train(expected, 30);
        Assert.Equal(GanTrainerTests.Saved(expected), GanTrainerTests.Saved(trainer));
    }

    /// <summary>
    /// What a caller that issues several steps at once relies on: never past the chunk, and each image where its step
    /// reads it.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Slots_hold_the_images_of_every_step_that_was_prepared(string name)
    {
        using Device device = Open(name, 6 * StepBytes);
        DataSet data = Data();
        GanGpu.Kernels.Batch.DataOrder order = new(data.Count, Batch, 5);
        using DataStream stream = new(device.Backend, order, data, 3);
        byte[] slots = new byte[stream.Data.Bytes.Length];
        Assert.Equal(6 * StepBytes, slots.Length);
        // In order from the beginning; again; from the middle of a chunk; the last steps that there are.
        foreach (long start in new[] { 0L, 0L, 1L, 20L, 3L, uint.MaxValue - 7L })
        {
            long end = Math.Min(start + 14, uint.MaxValue);
            for (long step = start; step < end;)
            {
                long until = stream.Prepare(step, end);
                Assert.Equal(Math.Min(end, ((step / 3) + 1) * 3), until);
                stream.Data.Bytes.CopyTo(slots);
                for (; step < until; step++)
                {
                    for (int row = 0; row < Batch; row++)
                    {
                        int image = order.ImageAt((uint)step + 1, row);
                        Assert.True(
                            slots.AsSpan((((int)(step % 6) * Batch) + row) * SampleSize, SampleSize)
                                .SequenceEqual(data.Pixels.Span.Slice(image * SampleSize, SampleSize)),
                            $"Row {row} of step {step + 1} is not image {image}.");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_trainer_may_go_while_images_are_on_their_way()
    {
        using Device device = Open("opencl", 6 * StepBytes);
        for (int steps = 0; steps < 8; steps++)
        {
            using GanTrainer trainer = Trainer(device);
            Replay(trainer, steps);
        }

        Assert.Equal(0, device.LiveBuffers);
    }

    [Theory]
    [InlineData(784, 1_000_000_000, (16 << 20) / 784)]
    [InlineData(784, 10_000, 6)]
    [InlineData(784, 100, 1)]
    [InlineData(784, -5, 1)]
    [InlineData(100_000_000, 1_000_000_000, 1)]
    public void A_slot_is_as_large_as_is_worth_while_and_has_room(long stepBytes, long room, int steps) =>
        Assert.Equal(steps, DataStream.StepsPerSlot(stepBytes, room));

    [Fact]
    public void The_processor_reads_a_data_set_where_it_is()
    {
        using Device device = Open("cpu", 1);
        using GanTrainer trainer = Trainer(device);
        Assert.Null(trainer.Trainer.Stream);
    }

    /// <summary>As the device decides by itself: all memory is there but for a part of the data set.</summary>
    [Theory]
    [InlineData("emulator")]
    [InlineData("opencl")]
    public void A_device_with_too_little_memory_streams(string name)
    {
        long all;
        using (Device device = Open(name, null))
        using (GanTrainer trainer = Trainer(device, count: 20_000))
            all = device.Backend.AllocatedBytes;
        using Device small = TestDevices.Reopen(name, new() { MemoryBytes = all - 1 });
        using GanTrainer streams = Trainer(small, count: 20_000);
        Assert.NotNull(streams.Trainer.Stream);
        Replay(streams, 1);
    }

    private static DataSet Data(int count = 95)
    {
        byte[] pixels = new byte[count * SampleSize];
        new Random(3).NextBytes(pixels);
        return DataSet.FromBytes("random", pixels, count, 4, 5, 3);
    }

    private static Device Open(string name, long? dataSetBytes) =>
        TestDevices.Reopen(name, new() { DataSetBytes = dataSetBytes });

    private static GanTrainer Trainer(Device device, int count = 95) => new(
        device, Preset.Mlp with
        {
            LatentSize = 8,
            GeneratorUnits = new(16, 24),
            DiscriminatorUnits = new(24, 16),
        }, Data(count), Options);

    private static void Replay(GanTrainer trainer, int steps)
    {
        for (int i = 0; i < steps; i++)
            trainer.Replay();
    }

    private static async Task Train(GanTrainer trainer, long steps)
    {
        await foreach (TrainingReport _ in trainer.StepReportsAsync(steps, TestContext.Current.CancellationToken)) { }
    }
}
