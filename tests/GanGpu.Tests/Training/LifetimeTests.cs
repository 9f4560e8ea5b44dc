using System.Diagnostics;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>What is made, used and disposed leaves nothing: no device memory, no managed memory, no files.</summary>
public sealed class LifetimeTests
{
    private const int Cycles = 100;

    [Fact]
    public async Task A_hundred_trainings_leave_nothing_behind() =>
        await TestProcess.RunOneAsync(typeof(LifetimeTests), nameof(Train_a_hundred_times));

    /// <summary>Alone in its process, whose memory would else be that of the other tests.</summary>
    [Fact(Explicit = true)]
    public async Task Train_a_hundred_times()
    {
        using TempFolder folder = new();
        // The first ones bring code and pools into place.
        for (int i = 0; i < 50; i++)
            await CycleAsync(folder.At("checkpoint"));
        (long managed, long resident, int handles) = Use();
        for (int i = 0; i < Cycles; i++)
            await CycleAsync(folder.At("checkpoint"));
        (long managedAfter, long residentAfter, int handlesAfter) = Use();
        Assert.InRange(managedAfter, 0, managed + (managed / 20));
        // The runtime still compiles better code for itself meanwhile.
        Assert.InRange(residentAfter, 0, resident + (resident / 10));
        Assert.InRange(handlesAfter, 0, handles + 2);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulator")]
    public async Task A_training_that_is_cancelled_frees_everything(string name)
    {
        using Device device = Device.Open(name);
        for (int i = 0; i < (name == "emulator" ? 1 : 3); i++)
        {
            using CancellationTokenSource source = new();
            using (GanTrainer trainer = Trainer(device))
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                {
                    await foreach (TrainingReport _ in trainer.StepReportsAsync(1_000_000, source.Token))
                        await source.CancelAsync();
                });
                Assert.NotEqual(0, device.LiveBuffers);
            }

            Assert.Equal(0, device.LiveBuffers);
        }
    }

    [Fact]
    public void What_is_disposed_says_so_at_every_use()
    {
        using Device device = Device.Open("cpu");
        GanTrainer trainer = Trainer(device);
        Generator generator = trainer.Generator;
        float[] latents = generator.Latents(2);
        trainer.Dispose();
        Action[] uses =
        [
            () => trainer.Save("never-written"), () => trainer.RollBack("never-read"), () =>
                trainer.MeasureGradientNorms(), () =>
                _ = trainer.StepReportsAsync(1, TestContext.Current.CancellationToken).ToBlockingEnumerable().Count(),
            () => _ = trainer.ReportsAsync(1, TestContext.Current.CancellationToken).ToBlockingEnumerable().Count(), () =>
                generator.Sample(1), () => generator.Latents(1), () => generator.Generate(latents),
        ];
        Assert.All(uses, use => Assert.Throws<ObjectDisposedException>(use));
        Assert.Equal(0, device.LiveBuffers);

        Device closed = Device.Open("cpu");
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Trainer(closed));
    }

    private static async Task CycleAsync(string checkpoint)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
        using (GanTrainer trainer = Trainer(device))
        {
            await foreach (TrainingReport _ in trainer.StepReportsAsync(5))
            {
            }

            trainer.Save(checkpoint);
        }

        using (GanTrainer resumed = GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), checkpoint))
            resumed.Generator.Sample(3);
        Assert.Equal(0, device.LiveBuffers);
    }

    private static (long Managed, long Resident, int Handles) Use()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using Process process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64, OperatingSystem.IsLinux()
            ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount);
    }

    private static GanTrainer Trainer(Device device) => new(
        device, Preset.Mlp with
        {
            LatentSize = 8,
            GeneratorUnits = new(16, 24),
            DiscriminatorUnits = new(24, 16),
        }, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10, ReportEvery = 5 });
}
