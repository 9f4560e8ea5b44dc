using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Training;

namespace GanGpu.Tests.Devices;

/// <summary>
/// What happens in the processes that <see cref="CudaHostPathTests"/> starts on the stub driver; it then reads what the
/// driver wrote down. Run only when asked for by name: elsewhere there is no such driver.
/// </summary>
public class CudaScenarios
{
    private static readonly DataSet Digits = DataSource.Open(DataSource.Digits);

    [Fact(Explicit = true)]
    public void Describe()
    {
        DeviceInfo listed =
            Assert.Single(Device.List(), info => info.Name.StartsWith("cuda", StringComparison.Ordinal));
        Assert.Equal("cuda:0", listed.Name);
        Assert.True(listed.Usable, listed.Reason);
        Assert.Equal("Stub GPU, compute capability 9.0, 132 SMs, 1980 MHz, 16.0 GiB, driver for CUDA 12.8",
            listed.Description);
        using Device device = Device.Open("cuda"), chosen = Device.Open("auto");
        Assert.Equal("cuda:0", device.Name);
        Assert.Equal(DeviceKind.Cuda, device.Kind);
        Assert.Null(device.Remark);
        Assert.Equal("cuda:0", chosen.Name);
    }

    [Fact(Explicit = true)]
    public void CopyThere()
    {
        using Device device = Device.Open("cuda");
        using DeviceBuffer<float> buffer = device.Backend.Allocate<float>(1000);
        float[] values = [.. Enumerable.Range(0, 500).Select(i => (float)i)], back = new float[500];
        buffer.CopyFrom(values, 200);
        buffer.CopyTo(back, 200);
        Assert.Equal(values, back);
    }

    [Fact(Explicit = true)]
    public async Task Train()
    {
        using Device device = Device.Open("cuda");
        using GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64, ReportEvery = 20 });
        StubLog.Mark($"launches={trainer.Launches.Count}");
        StubLog.Mark("built");
        List<long> reported = [];
        await foreach (TrainingReport report in trainer.StepReportsAsync(20, TestContext.Current.CancellationToken))
            reported.Add(report.Step);
        StubLog.Mark("trained");
        Assert.Equal([20], reported);
        Assert.Equal(20, trainer.Step);
        Assert.Equal(4, trainer.Generator.Sample(4).Count);
    }

    [Fact(Explicit = true)]
    public async Task TrainUnevenly()
    {
        using Device device = Device.Open("cuda");
        using GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64, ReportEvery = 11 });
        StubLog.Mark($"launches={trainer.Launches.Count}");
        StubLog.Mark("built");
        List<long> reported = [];
        await foreach (TrainingReport report in trainer.StepReportsAsync(30, TestContext.Current.CancellationToken))
            reported.Add(report.Step);
        StubLog.Mark("trained");
        Assert.Equal([11, 22, 30], reported);
    }

    [Fact(Explicit = true)]
    public async Task Cancel()
    {
        using Device device = Device.Open("cuda");
        using GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64, ReportEvery = 1024 });
        using CancellationTokenSource cancel = new();
        StubLog.Mark($"launches={trainer.Launches.Count}");
        StubLog.Mark("built");
        Task training = Task.Run(async () =>
        {
            await foreach (TrainingReport _ in trainer.StepReportsAsync(100_000_000, cancel.Token)) { }
        });
        SpinWait.SpinUntil(() => trainer.Step > 0 || training.IsCompleted);
        await cancel.CancelAsync();
        long before = trainer.Step;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        StubLog.Mark("cancelled");
        StubLog.Mark($"steps={trainer.Step}");
        // What may be on its way when the cancellation is seen, and one more, since the steps were read after it.
        Assert.InRange(trainer.Step, before, before + (2 * StepSequence.LeastStepsInBundle));
    }

    [Fact(Explicit = true)]
    public void AllocateNothing()
    {
        using Device device = Device.Open("cuda");
        using GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64 });
        Repeat(50);
        StubLog.Mark("warm");
        // A collection in between counts the rest of an allocation block, so the least of three.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(100);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        StubLog.Mark("measured");
        Assert.Equal(0, least);

        void Repeat(int times)
        {
            for (int i = 0; i < times; i++)
            {
                trainer.Replay();
                trainer.Replay(StepSequence.LeastStepsInBundle);
            }
        }
    }

    /// <summary>The factor changes after two bundles, and again in the middle of the next.</summary>
    [Fact(Explicit = true)]
    public void FollowASchedule()
    {
        const int bundle = StepSequence.LeastStepsInBundle;
        using Device device = Device.Open("cuda");
        using GanTrainer trainer = new(device, Preset.Mlp, Digits, new()
        {
            BatchSize = 64,
            Schedule = step => step < 2 * bundle ? 1 : step < (2 * bundle) + 4 ? 0.5 : 0.25,
        });
        StubLog.Mark("same");
        trainer.Replay(2 * bundle);
        StubLog.Mark("changes");
        trainer.Replay(2 * bundle);
        StubLog.Mark("done");
        trainer.StepDiscriminator();
        trainer.StepDiscriminator();
        trainer.StepGenerator();
        StubLog.Mark("apart");
    }

    [Fact(Explicit = true)]
    public void TrainAgainAndAgain()
    {
        using Device device = Device.Open("cuda");
        for (int i = 1; i <= 20; i++)
        {
            using (GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64 }))
            {
                trainer.Replay(9);
                trainer.Generator.Sample(1);
            }

            Assert.Equal(0, device.LiveBuffers);
            StubLog.Mark($"cycle {i}");
        }
    }

    [Fact(Explicit = true)]
    public void OutliveTheDevice()
    {
        Device device = Device.Open("cuda");
        GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64 });
        trainer.Replay(9);
        device.Dispose();
        trainer.Dispose();
    }

    [Fact(Explicit = true)]
    public async Task DisposeWhileUsed()
    {
        using Device device = Device.Open("cuda");
        for (int i = 1; i <= 3; i++)
        {
            GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64, ReportEvery = 1000 });
            Assert.Equal(Environment.GetEnvironmentVariable("GANGPU_STUB_FREE_BYTES") is not null, trainer.Trainer.Stream
                is not null);
            (Task training, Task drawing) = Use(trainer, 50 * i);
            trainer.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => training);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => drawing);
            Assert.Equal(0, device.LiveBuffers);
        }

        Device closing = Device.Open("cuda");
        GanTrainer open = new(closing, Preset.Mlp, Digits, new() { BatchSize = 64, ReportEvery = 1000 });
        (Task trained, Task drawn) = Use(open, 50);
        closing.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => trained);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => drawn);
        open.Dispose();

        static (Task Training, Task Drawing) Use(GanTrainer trainer, int steps)
        {
            Task training = SharedDeviceTests.Train(trainer, 1_000_000);
            Task drawing = Task.Run(() =>
            {
                while (true)
                    trainer.Generator.Sample(2);
            });
            SpinWait.SpinUntil(() => trainer.Step >= steps || training.IsCompleted || drawing.IsCompleted);
            return (training, drawing);
        }
    }

    [Fact(Explicit = true)]
    public void Forget()
    {
        using Device device = Device.Open("cuda");
        Train(device);
        SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return device.LiveBuffers == 0;
            },
            TimeSpan.FromMinutes(2));
        Assert.Equal(0, device.LiveBuffers);
        StubLog.Mark("collected");

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Train(Device device) =>
            new GanTrainer(device, Preset.Mlp, Digits, new() { BatchSize = 64 }).Replay(9);
    }

    [Fact(Explicit = true)]
    public async Task TrainWithoutGraphs()
    {
        using Device device = Device.Open("cuda");
        Assert.Null(device.Remark);
        string? told = null;
        for (int i = 0; i < 2; i++)
        {
            using GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64 });
            if (i == 0)
                StubLog.Mark($"launches={trainer.Launches.Count}");
            told ??= device.Remark;
            Assert.Same(told, device.Remark);
            StubLog.Mark($"built {i}");
            await foreach (TrainingReport _ in trainer.StepReportsAsync(20, TestContext.Current.CancellationToken)) { }
            StubLog.Mark($"trained {i}");
            Assert.Equal(20, trainer.Step);
        }

        Assert.StartsWith("cuda:0 runs no CUDA graphs (", told, StringComparison.Ordinal);
        StubLog.Mark($"remark: {told}");
    }

    [Fact(Explicit = true)]
    public void RunOutOfMemory()
    {
        using Device device = Device.Open("cuda");
        var e = Assert.Throws<DeviceOutOfMemoryException>(() => device.Backend.Allocate<float>(5_000_000));
        Assert.Equal(
            "cuda:0 has not enough memory for a block of 20,000,000 bytes: 12,000,000 of its 17,179,869,184 bytes " +
            "are free.", e.Message);

        // Enough for the networks, and not for the data set: it is brought there in parts.
        using (GanTrainer trainer = new(device, Preset.Mlp, Digits, new() { BatchSize = 64 }))
        {
            Assert.NotNull(trainer.Trainer.Stream);
            trainer.Replay(50);
            device.Backend.Synchronize();
        }

        // Not enough for the intermediate results of so large a batch.
        e = Assert.Throws<DeviceOutOfMemoryException>(
            () => new GanTrainer(device, Preset.Mlp, Digits, new() { BatchSize = 10_000 }));
        Assert.Matches("training with batches of 10,000 takes .*the largest batch that fits is [1-9]", e.Message);
        Assert.Equal(0, device.LiveBuffers);
        StubLog.Mark("failed");

        using DeviceBuffer<float> usable = device.Backend.Allocate<float>(2_000_000);
        usable.CopyFrom(new float[2_000_000]);
    }

    [Fact(Explicit = true)]
    public void FailWithinACapture()
    {
        using Device device = Device.Open("cuda");
        using DeviceBuffer<float> x = device.Backend.Allocate<float>(64);
        Action scale = device.Backend.Bind(new ScaleLaunch(2f, x.All, x.All));
        Assert.Throws<InvalidOperationException>(
            () => device.Backend.Sequence([scale, () => throw new InvalidOperationException(), scale]));
        Assert.Null(device.Remark);

        // The stream is out of its capture: it runs what is issued, and can be captured again.
        StubLog.Mark("failed");
        scale();
        device.Backend.Synchronize();
        using IReplay sequence = device.Backend.Sequence([scale, scale]);
        Assert.True(sequence.IsOneLaunch);
        sequence.Issue();
        StubLog.Mark("issued");
        sequence.Dispose();
        sequence.Dispose();
        Assert.Throws<ObjectDisposedException>(sequence.Issue);
    }

    [Fact(Explicit = true)]
    public void LoseALaunch()
    {
        using Device device = Device.Open("cuda");
        using DeviceBuffer<float> x = device.Backend.Allocate<float>(64);
        Action scale = device.Backend.Bind(new ScaleLaunch(2f, x.All, x.All));
        using IReplay sequence = device.Backend.Sequence([scale, () => { }]);
        Assert.False(sequence.IsOneLaunch);
        Assert.Contains("2 launches became 1 nodes", device.Remark, StringComparison.Ordinal);
        StubLog.Mark("built");
        sequence.Issue();
        StubLog.Mark("issued");
    }

    private static object[]? Leaked { get; set; }

    [Fact(Explicit = true)]
    public void BreakRules()
    {
        Device device = Device.Open("cuda");
        IBackend backend = device.Backend;
        DeviceBuffer<float> x = backend.Allocate<float>(64), y = backend.Allocate<float>(64);
        Action scale = backend.Bind(new ScaleLaunch(2f, x.All, x.All)),
            move = backend.Bind(new ScaleLaunch(2f, x.All, y.All));
        StubLog.Mark("buffer under a graph");
        IReplay sequence = backend.Sequence([scale, move]);
        y.Dispose();
        sequence.Issue();

        StubLog.Mark("module in a capture");
        IReplay late = backend.Sequence(
            [() => backend.Bind(new ActivateLaunch(GanGpu.Activation.Tanh, x.All, x.All))()]);
        Assert.False(late.IsOneLaunch);
        Assert.Contains("CUDA", device.Remark, StringComparison.Ordinal);

        // Nothing is disposed, nor collected: the driver is to tell what is alive at exit.
        Leaked = [device, x, y, sequence, late];
        StubLog.Mark("leaks");
    }

    [Fact(Explicit = true)]
    public void CopyWithinACapture()
    {
        using Device device = Device.Open("cuda");
        using DeviceBuffer<float> x = device.Backend.Allocate<float>(64);
        using IReplay sequence = device.Backend.Sequence([() => x.CopyFrom(new float[64])]);
        Assert.False(sequence.IsOneLaunch);
        sequence.Issue();
    }
}
