using System.Diagnostics;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

public class LongRunTests
{
    [Fact]
    public async Task A_million_steps_do_not_grow_in_memory() =>
        await TestProcess.RunOneAsync(typeof(LongRunTests), nameof(Train_a_million_steps));

    /// <summary>Alone in its process, whose memory would else be that of the other tests.</summary>
    [Fact(Explicit = true)]
    public void Train_a_million_steps()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        MlpPreset tiny = Preset.Mlp with { LatentSize = 2, GeneratorUnits = new(4, 4), DiscriminatorUnits = new(4, 4) };
        // A rate that leaves the weights finite however long it goes on.
        using GanTrainer trainer = new(
            device, tiny, GanTrainerTests.Bytes(8, 1, 2),
            new()
            {
                BatchSize = 1,
                GeneratorOptimizer = new AdamOptions(1e-6),
                DiscriminatorOptimizer = new AdamOptions(1e-6)
            });
        Replay(10_000);
        long buffers = device.LiveBuffers, memory = PrivateBytes(), allocated = GC.GetAllocatedBytesForCurrentThread();
        Replay(1_000_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal(buffers, device.LiveBuffers);
        // A leak of a single word a step would be eight megabytes.
        Assert.InRange(PrivateBytes() - memory, long.MinValue, 4L << 20);
        Assert.Equal(1_010_000, trainer.Step);

        void Replay(int steps)
        {
            for (int i = 0; i < steps; i++)
                trainer.Replay();
        }
    }

    private static long PrivateBytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PrivateMemorySize64;
    }
}
