using GanGpu.Tests.Data;
using GanGpu.Tests.Support;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Devices;

/// <summary>
/// Threads that draw, train, cancel, save and dispose in random order on devices that they share and that end at random
/// moments: whatever is not ended has the bits that it has alone, and nothing throws but what was asked for.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public sealed class DeviceStressTests
{
    private const int Threads = 4, Seeds = 3, Count = 9;

    [Theory]
    [InlineData("cpu", 20, 60)]
    [InlineData("cpu with one thread", 20, 60)]
    [InlineData("emulator", 2, 6)]
    [InlineData("opencl", 2, 12)]
    public async Task Everything_at_once(string name, int rounds, int actions)
    {
        using TempFolder folder = new();
        Device shared = TestDevices.OpenDevice(name);
        int steps = name is "emulator" ? 2 : 7;
        byte[][] trained = new byte[Seeds][];
        float[][] drawn = new float[Seeds][];
        for (int seed = 0; seed < Seeds; seed++)
        {
            using GanTrainer trainer = SharedDeviceTests.Trainer(shared, (ulong)seed);
            await SharedDeviceTests.Train(trainer, steps, TestContext.Current.CancellationToken);
            trained[seed] = GanTrainerTests.Saved(trainer);
            drawn[seed] = trainer.Generator.Sample(Count, (ulong)seed).Values.ToArray();
            trainer.Save(folder.At($"{seed}"));
        }

        for (int round = 0; round < rounds; round++)
        {
            Device device = TestDevices.Reopen(name, new DeviceOptions());
            Generator[] generators =
                [.. Enumerable.Range(0, Seeds).Select(seed => Generator.Load(device, folder.At($"{seed}")))];
            Random random = new(round);
            // Whoever ends it: after so many actions of all threads; often never.
            int endGenerator = random.Next(2 * Threads * actions),
                endDevice = random.Next(4 * Threads * actions), done = 0;
            int[] seeds = [.. Enumerable.Range(0, Threads).Select(_ => random.Next())];
            await Task.WhenAll(
                seeds.Select(
                    seed => Task.Factory.StartNew(
                        () => Act(seed), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning,
                        TaskScheduler.Default)));
            foreach (Generator generator in generators)
                generator.Dispose();
            device.Dispose();
            Assert.Equal(0, device.LiveBuffers);

            void Act(int seedOfThread)
            {
                Random own = new(seedOfThread);
                for (int i = 0; i < actions; i++)
                {
                    int now = Interlocked.Increment(ref done), seed = own.Next(Seeds);
                    if (now == endGenerator)
                        generators[0].Dispose();
                    if (now == endDevice)
                        device.Dispose();
                    try
                    {
                        One(own, device, generators[seed], seed);
                    }
                    catch (ObjectDisposedException)
                        when (Volatile.Read(ref done) >= Math.Min(endDevice, seed == 0 ? endGenerator : int.MaxValue))
                    {
                    }
                }
            }
        }

        void One(Random random, Device device, Generator generator, int seed)
        {
            switch (random.Next(10))
            {
                case < 5:
                    int count = random.Next(1, Count + 1);
                    float[] values = generator.Sample(count, (ulong)seed).Values.ToArray();
                    Assert.Equal(drawn[seed][..values.Length], values);
                    break;
                case < 7:
                    using (GanTrainer trainer = SharedDeviceTests.Trainer(device, (ulong)seed))
                    {
                        SharedDeviceTests.Train(trainer, steps).GetAwaiter().GetResult();
                        Assert.Equal(trained[seed], GanTrainerTests.Saved(trainer));
                    }

                    break;
                case 7:
                    using (CancellationTokenSource source = new())
                    using (GanTrainer trainer = SharedDeviceTests.Trainer(device, (ulong)seed))
                    {
                        Task training = SharedDeviceTests.Train(trainer, 100_000, source.Token);
                        for (int i = random.Next(20_000); i > 0; i--)
                            Thread.SpinWait(1);
                        source.Cancel();
                        Assert.IsAssignableFrom<OperationCanceledException>(Record(training));
                    }

                    break;
                case 8:
                    GanTrainer disposed = SharedDeviceTests.Trainer(device, (ulong)seed);
                    Task ended = SharedDeviceTests.Train(disposed, 100_000);
                    for (int i = random.Next(20_000); i > 0; i--)
                        Thread.SpinWait(1);
                    disposed.Dispose();
                    Assert.IsType<ObjectDisposedException>(Record(ended));
                    break;
                default:
                    using (GanTrainer trainer = SharedDeviceTests.Trainer(device, (ulong)seed))
                        trainer.Generator.Sample(1);
                    // What the collector finds forgotten must be nothing that runs.
                    if (random.Next(8) == 0)
                        GC.Collect();
                    break;
            }
        }

        static Exception? Record(Task task)
        {
            try
            {
                task.GetAwaiter().GetResult();
                return null;
            }
            catch (Exception e)
                when (e is ObjectDisposedException { ObjectName: not "GanGpu.Device" }
                    or OperationCanceledException)
            {
                return e;
            }
        }
    }
}
