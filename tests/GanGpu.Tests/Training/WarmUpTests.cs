using System.Diagnostics;
using GanGpu.Devices;
using GanGpu.Presets;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>Kernels made ready before there is data.</summary>
[Collection(TestDevices.Collection)]
public class WarmUpTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void It_leaves_nothing_and_what_can_t_be_made_is_left_for_the_trainer_to_refuse(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        long before = device.LiveBuffers;
        GanTrainer.WarmUp(device, Preset.Mlp with { LatentSize = 3 }, new SampleShape(4, 4, 1), new TrainingOptions { BatchSize = 2 });
        Assert.Equal(before, device.LiveBuffers);

        GanTrainer.WarmUp(device, Preset.Mlp, new SampleShape(0, 4, 1));
        GanTrainer.WarmUp(device, Preset.Mlp, new SampleShape(4, 4, 1), new TrainingOptions { BatchSize = 0 });
        GanTrainer.WarmUp(device, Preset.Mlp, new SampleShape(int.MaxValue, int.MaxValue, 3));
        GanTrainer.WarmUp(device, Preset.Mlp with { LatentSize = 0 }, new SampleShape(4, 4, 1));
        Assert.Equal(before, device.LiveBuffers);
    }

    /// <summary>A step of a hundred thousand batches would take minutes.</summary>
    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(1, 100_000)]
    public void It_takes_no_longer_where_a_step_is_long(int accumulatedBatches, int discriminatorSteps)
    {
        Device device = TestDevices.OpenDevice("cpu");
        Stopwatch clock = Stopwatch.StartNew();
        GanTrainer.WarmUp(device, Preset.Mlp, new SampleShape(28, 28, 1), new TrainingOptions { BatchSize = 1024, AccumulatedBatches = accumulatedBatches, DiscriminatorSteps = discriminatorSteps });
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"It took {clock.Elapsed}.");
    }
}
