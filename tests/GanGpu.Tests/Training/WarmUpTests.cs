using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Kernels made ready before there is data.</summary>
[Collection(TestDevices.OfNetworks)]
public class WarmUpTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void It_leaves_nothing_and_what_can_t_be_made_is_left_for_the_trainer_to_refuse(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        long before = device.LiveBuffers;
        GanTrainer.WarmUp(
            device, Preset.Mlp with { LatentSize = 3 }, SampleFormat.OfImages(4, 4, 1),
            new TrainingOptions { BatchSize = 2 });
        Assert.Equal(before, device.LiveBuffers);

        GanTrainer.WarmUp(device, Preset.Mlp, SampleFormat.OfImages(0, 4, 1));
        GanTrainer.WarmUp(device, Preset.Mlp, SampleFormat.OfImages(4, 4, 1), new TrainingOptions { BatchSize = 0 });
        GanTrainer.WarmUp(device, Preset.Mlp, SampleFormat.OfImages(int.MaxValue, int.MaxValue, 3));
        GanTrainer.WarmUp(device, Preset.Mlp with { LatentSize = 0 }, SampleFormat.OfImages(4, 4, 1));
        Assert.Equal(before, device.LiveBuffers);
    }

    [Fact]
    public void A_device_that_is_gone_is_left_for_the_trainer_to_refuse()
    {
        Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        device.Dispose();
        GanTrainer.WarmUp(device, Preset.Mlp, SampleFormat.OfImages(4, 4, 1), new TrainingOptions { BatchSize = 2 });
    }

    [Fact]
    public void What_is_null_is_named()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        SampleFormat sample = SampleFormat.OfImages(4, 4, 1);
        Assert.Equal("device", Of(() => GanTrainer.WarmUp(null!, Preset.Mlp, sample)));
        Assert.Equal("preset", Of(() => GanTrainer.WarmUp(device, null!, sample)));
        Assert.Equal("sample", Of(() => GanTrainer.WarmUp(device, Preset.Mlp, null!)));

        static string? Of(Action call) => Assert.Throws<ArgumentNullException>(call).ParamName;
    }

    /// <summary>A step of a hundred thousand batches would take as many times as long.</summary>
    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(1, 100_000)]
    public void It_takes_no_longer_where_a_step_is_long(int accumulatedBatches, int discriminatorSteps)
    {
        Device device = TestDevices.OpenDevice("cpu");
        WarmUp(1, 1);
        TimeSpan usual = ThreadTime.Of(() => WarmUp(1, 1)),
            large = ThreadTime.Of(() => WarmUp(accumulatedBatches, discriminatorSteps));
        Assert.InRange(large / usual, 0, 100);

        void WarmUp(int accumulated, int steps) => GanTrainer.WarmUp(
            device, Preset.Mlp, SampleFormat.OfImages(28, 28, 1), new TrainingOptions
            {
                BatchSize = 64,
                AccumulatedBatches = accumulated,
                DiscriminatorSteps = steps,
            });
    }
}
