using GanGpu.Tests.Data;
using GanGpu.Tests.Support;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Devices;

/// <summary>
/// Whatever shares a device has the bits that it has alone, and whatever is disposed while it is used ends with
/// <see cref="ObjectDisposedException"/>.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public sealed class SharedDeviceTests
{
    public static TheoryData<string> Devices => ["cpu", "cpu with one thread", "emulator", "opencl", "cuda"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task One_generator_draws_for_eight_threads(string name)
    {
        using GanTrainer trainer = Trainer(TestDevices.OpenDevice(name), 1);
        Generator generator = trainer.Generator;
        (int draws, int count) = name == "emulator" ? (2, 3) : (40, 70);
        float[][] alone =
            [.. Enumerable.Range(0, 8).Select(seed => generator.Sample(count, (ulong)seed).Values.ToArray())];
        await Together(8, thread =>
        {
            for (int i = 0; i < draws; i++)
                Assert.Equal(alone[thread], generator.Sample(count, (ulong)thread).Values.ToArray());
        });
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task Trainings_and_drawings_share_a_device(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        int steps = name == "emulator" ? 2 : 60;
        byte[][] alone = [Trained(device, 1, steps), Trained(device, 2, steps)];
        using GanTrainer other = Trainer(device, 3);
        float[] samples = other.Generator.Sample(5, 7).Values.ToArray();
        await Together(4, thread =>
        {
            if (thread < 2)
            {
                Assert.Equal(alone[thread], Trained(device, (ulong)thread + 1, steps));
                return;
            }

            for (int i = 0; i < steps; i++)
                Assert.Equal(samples, other.Generator.Sample(5, 7).Values.ToArray());
        });
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_generator_may_be_drawn_from_and_saved_while_its_trainer_trains(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        int steps = name == "emulator" ? 2 : 60;
        byte[] alone = Trained(device, 1, steps);
        using GanTrainer trainer = Trainer(device, 1);
        using TempFolder folder = new();
        Task training = Train(trainer, steps);
        do
        {
            Assert.All(trainer.Generator.Sample(2).Values.ToArray(), value => Assert.InRange(value, -1, 1));
            trainer.Save(folder.At("while.safetensors"));
            using Generator saved = Generator.Load(device, folder.At("while.safetensors"));
            saved.Sample(1);
        }
        while (!training.IsCompleted);
        await training;
        Assert.Equal(alone, GanTrainerTests.Saved(trainer));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_trainer_that_is_disposed_ends_its_training(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        long before = device.LiveBuffers;
        for (int i = 0; i < (name == "emulator" ? 2 : 3); i++)
        {
            GanTrainer trainer = Trainer(device, 1);
            Task training = Train(trainer, 1_000_000);
            while (trainer.Step < 1 + i)
                await Task.Yield();
            if (i == 0)
                await trainer.DisposeAsync();
            else
                trainer.Dispose();
            Assert.Contains(
                "GanTrainer", (await Assert.ThrowsAsync<ObjectDisposedException>(() => training)).ObjectName);
            Assert.Equal(before, device.LiveBuffers);
        }
    }

    [Fact]
    public async Task A_time_out_and_a_using_are_no_harm()
    {
        using Device device = Device.Open("cpu");
        Task<bool> first;
        await using (GanTrainer trainer = new(device, Preset.Mlp, DataSource.Open("digits"), new() { ReportEvery = 1000 }))
        {
            IAsyncEnumerator<TrainingReport> reports = trainer.StepReportsAsync(100_000, Token)
                .GetAsyncEnumerator(Token);
            first = reports.MoveNextAsync().AsTask();
            await Assert.ThrowsAsync<TimeoutException>(() => first.WaitAsync(TimeSpan.FromMilliseconds(1), Token));
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => first);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_generator_that_is_disposed_ends_its_drawing(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        using TempFolder folder = new();
        using (GanTrainer trainer = Trainer(device, 1))
            trainer.Save(folder.At("generator.safetensors"));
        long before = device.LiveBuffers;
        Generator generator = Generator.Load(device, folder.At("generator.safetensors"));
        using CountdownEvent drawing = new(4);
        Task[] draws = [.. Enumerable.Range(0, 4).Select(thread => Task.Factory.StartNew(
            () =>
            {
                generator.Sample(1);
                drawing.Signal();
                while (true)
                    generator.Sample(1 + thread, (ulong)thread, Token);
            },
            Token, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        drawing.Wait(Token);
        generator.Dispose();
        foreach (Task draw in draws)
            Assert.Contains("Generator", (await Assert.ThrowsAsync<ObjectDisposedException>(() => draw)).ObjectName);
        Assert.Equal(before, device.LiveBuffers);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_device_that_is_disposed_ends_all_that_uses_it(string name)
    {
        Device device = TestDevices.Reopen(name, new DeviceOptions());
        GanTrainer trainer = Trainer(device, 1), other = Trainer(device, 2);
        Task training = Train(trainer, 1_000_000);
        using CancellationTokenSource stop = new();
        Task drawing = Task.Run(() =>
        {
            while (true)
                other.Generator.Sample(3, 1, stop.Token);
        }, Token);
        while (trainer.Step < 2)
            await Task.Yield();
        await device.DisposeAsync();
        foreach (Task task in new[] { training, drawing })
            Assert.Equal(
                "GanGpu.Device", (await Assert.ThrowsAsync<ObjectDisposedException>(() => task)).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => other.Generator.Sample(1));
        trainer.Dispose();
        other.Dispose();
        device.Dispose();
        Assert.Equal(0, device.LiveBuffers);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    public void What_is_forgotten_is_freed(string name)
    {
        using Device device = TestDevices.Reopen(name, new DeviceOptions());
        for (int i = 0; i < 3; i++)
            Forget(device);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return device.LiveBuffers == 0;
            },
            TimeSpan.FromMinutes(2)));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(Device device) => Trainer(device, 1).Generator.Sample(1);
    }

    [Fact]
    public void A_device_that_is_forgotten_ends_its_threads()
    {
        WeakReference team = Forget();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !team.IsAlive;
            },
            TimeSpan.FromMinutes(2)));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Forget()
        {
            Device device = Device.Open("cpu", new DeviceOptions { Threads = 3 });
            Trainer(device, 1).Generator.Sample(64);
            return new(((GanGpu.Backends.HostBackend)device.Backend).Team, trackResurrection: true);
        }
    }

    internal static GanTrainer Trainer(Device device, ulong seed) => new(
        device, Preset.Mlp with
        {
            LatentSize = 8,
            GeneratorUnits = new(16, 24),
            DiscriminatorUnits = new(24, 16),
        }, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10, Seed = seed });

    internal static byte[] Trained(Device device, ulong seed, int steps)
    {
        using GanTrainer trainer = Trainer(device, seed);
        Train(trainer, steps).GetAwaiter().GetResult();
        return GanTrainerTests.Saved(trainer);
    }

    internal static async Task Train(GanTrainer trainer, long steps, CancellationToken cancellation = default)
    {
        await foreach (TrainingReport _ in trainer.StepReportsAsync(steps, cancellation).ConfigureAwait(false))
        {
        }
    }

    private static Task Together(int threads, Action<int> work)
    {
        Barrier together = new(threads);
        return Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(Token);
                work(thread);
            },
            Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }
}
