using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>Several trainers in one process train to the bits that each trains to alone.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class TrainersSideBySideTests
{
    private static int Steps(Device device) => device.Backend.IsEmulator() ? 2 : 12;

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void Two_on_one_device_in_turn(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        using GanTrainer first = Trainer(device, 1), second = Trainer(device, 2);
        for (int step = 0; step < Steps(device); step++)
        {
            first.Replay();
            second.Replay();
        }

        byte[] one = Alone(device, 1), two = Alone(device, 2);
        Assert.Equal(one, GanTrainerTests.Saved(first));
        Assert.Equal(two, GanTrainerTests.Saved(second));
        Assert.NotEqual(GanTrainerTests.Values(one), GanTrainerTests.Values(two));
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    [InlineData("opencl")]
    public async Task Two_on_devices_of_their_own_at_once(string name)
    {
        Device shared = TestDevices.OpenDevice(name);
        byte[][] expected = [Alone(shared, 1), Alone(shared, 2)];
        using Barrier together = new(2);
        byte[][] trained = await Task.WhenAll(Enumerable.Range(1, 2).Select(seed => Task.Factory.StartNew(
            () =>
            {
                using Device own = TestDevices.Reopen(name, new DeviceOptions());
                together.SignalAndWait();
                return Alone(own, (ulong)seed);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(expected, trained);
    }

    private static GanTrainer Trainer(Device device, ulong seed) => new(
        device, Preset.Mlp with
        {
            LatentSize = 8,
            GeneratorUnits = new(16, 24),
            DiscriminatorUnits = new(24, 16),
        }, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10, Seed = seed });

    private static byte[] Alone(Device device, ulong seed)
    {
        using GanTrainer trainer = Trainer(device, seed);
        trainer.Replay(Steps(device));
        return GanTrainerTests.Saved(trainer);
    }
}
