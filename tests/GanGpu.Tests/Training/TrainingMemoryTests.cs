using System.Globalization;
using System.Text.RegularExpressions;
using GanGpu.Kernels.Batch;
using GanGpu.Objectives;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>
/// What a trainer says it needs is what it takes, and the batch that an exception names fits where one more does not.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public partial class TrainingMemoryTests
{
    private static MlpPreset Small => Preset.Mlp with
    {
        LatentSize = 8,
        GeneratorUnits = new(16, 24),
        DiscriminatorUnits = new(24, 16),
    };

    /// <summary>What a trainer would take, found out without making one.</summary>
    internal static TrainingMemory Planned(Device device, Preset preset, DataSet data, TrainingOptions options)
    {
        SampleFormat sample = data.Format;
        IObjective objective = preset.Objective(sample, options);
        TrainerOptions trainer = new(options.BatchSize, options.Seed, options.AccumulatedBatches);
        return new MemoryFit(device, objective, data, trainer, SampleDrawer.DeviceBytes(preset, sample))
            .Check(UpdatePlans.Build(objective, new DataOrder(data.Count, options.BatchSize, options.Seed), options.Seed));
    }

    [Fact]
    public void What_updates_keep_is_planned_for()
    {
        using Device device = TestDevices.Reopen("cpu", new());
        OptimizerOptions[] each =
        [
            new AdamOptions { GradientNormLimit = 1, Average = new(0.99) },
            new RmsPropOptions { WeightLimit = 0.01 },
            new SgdOptions { GradientNormLimit = 1 },
        ];
        DataSet data = GanTrainerTests.Bytes(500, 8, 8);
        foreach (OptimizerOptions optimizer in each)
        {
            TrainingOptions options = new() { BatchSize = 8, GeneratorOptimizer = optimizer };
            TrainingMemory memory = Planned(device, Small, data, options);
            using GanTrainer trainer = new(device, Small, data, options);
            Assert.Equal(memory.Total, device.Backend.AllocatedBytes);
        }
    }

    [Theory]
    [InlineData("cpu", 1, null)]
    [InlineData("cpu", 37, null)]
    [InlineData("emulator", 37, null)]
    [InlineData("emulator", 37, 20_000L)]
    [InlineData("opencl", 64, null)]
    [InlineData("opencl", 64, 20_000L)]
    [InlineData("cuda", 64, null)]
    public void What_was_planned_is_what_is_allocated(string name, int batch, long? dataSetBytes)
    {
        using Device device = TestDevices.Reopen(name, new() { DataSetBytes = dataSetBytes });
        TrainingOptions options = new() { BatchSize = batch };
        DataSet data = GanTrainerTests.Bytes(500, 8, 8);
        TrainingMemory memory = Planned(device, Small, data, options);
        Assert.Equal(dataSetBytes is not null, memory.StepsPerSlot > 0);
        using GanTrainer trainer = new(device, Small, data, options);
        Assert.Equal(memory.Total, device.Backend.AllocatedBytes);
    }

    /// <summary>
    /// On the processor the data set must be there whole; other devices can do with parts of it, which are smaller for
    /// smaller batches.
    /// </summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl")]
    public void The_batch_it_names_fits_and_one_more_does_not(string name)
    {
        DataSet data = GanTrainerTests.Bytes(2000, 8, 8);
        foreach (long limit in new[] { 260_000L, 400_000L, 1_000_000L })
        {
            using Device device = TestDevices.Reopen(name, new() { MemoryBytes = limit });
            string message = Assert.Throws<DeviceOutOfMemoryException>(
                () => new GanTrainer(device, Small, data, new() { BatchSize = 2000 })).Message;
            Assert.StartsWith(name, message, StringComparison.Ordinal);
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"and {limit:N0} are free"), message,
                StringComparison.Ordinal);
            long total = Number(TotalText().Match(message)), parts = PartsText().Matches(message.Split('(', ')')[1])
                .Sum(Number);
            Assert.True(total > limit, message);
            Assert.Equal(total, parts);
            int batch = (int)Number(LargestText().Match(message));
            Assert.InRange(batch, 1, 1998);
            Assert.Equal(0, device.LiveBuffers);

            using (GanTrainer fits = new(device, Small, data, new() { BatchSize = batch }))
                fits.Replay();
            string again = Assert.Throws<DeviceOutOfMemoryException>(
                () => new GanTrainer(device, Small, data, new() { BatchSize = batch + 1 })).Message;
            Assert.Equal(batch, Number(LargestText().Match(again)));
            Assert.Equal(0, device.Backend.AllocatedBytes);
        }
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    public void Where_nothing_fits_it_says_so(string name)
    {
        using Device device = TestDevices.Reopen(name, new() { MemoryBytes = 50_000 });
        string message = Assert.Throws<DeviceOutOfMemoryException>(
            () => new GanTrainer(device, Small, GanTrainerTests.Bytes(100, 8, 8), new() { BatchSize = 10 })).Message;
        Assert.Contains("no batch fits, not even of 1", message, StringComparison.Ordinal);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void More_values_than_can_be_numbered_are_told_the_same_way()
    {
        using Device device = TestDevices.Reopen("cpu", new());
        // 4000 rows, real and fake, of a million values each.
        MlpPreset wide = Small with { DiscriminatorUnits = new(1 << 20, 1) };
        string message = Assert.Throws<DeviceOutOfMemoryException>(
            () => new GanTrainer(device, wide, GanTrainerTests.Bytes(2000, 1, 1), new() { BatchSize = 2000 })).Message;
        Assert.Contains("2,147,483,647 values", message, StringComparison.Ordinal);
        Assert.Contains("the largest batch that fits is", message, StringComparison.Ordinal);
    }

    private static long Number(Match match) =>
        long.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"takes ([\d,]+) bytes in all")]
    private static partial Regex TotalText();

    [GeneratedRegex(@" ([\d,]*\d)(?=, |$)")]
    private static partial Regex PartsText();

    [GeneratedRegex(@"the largest batch that fits is ([\d,]*\d)\.")]
    private static partial Regex LargestText();
}
