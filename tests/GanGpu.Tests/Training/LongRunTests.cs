using System.Diagnostics;
using GanGpu.Devices;
using GanGpu.Presets;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

public class LongRunTests
{
    [Fact]
    public void A_million_steps_do_not_grow_in_memory()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        MlpPreset tiny = Preset.Mlp with { LatentSize = 2, GeneratorUnits = new(4, 4), DiscriminatorUnits = new(4, 4) };
        // A rate that leaves the weights finite however long it goes on.
        using GanTrainer trainer = new(device, tiny, GanTrainerTests.Bytes(8, 1, 2), new() { BatchSize = 1, GeneratorAdam = new(1e-6), DiscriminatorAdam = new(1e-6) });
        Replay(10_000);
        long buffers = device.LiveBuffers, memory = PrivateBytes(), allocated = GC.GetAllocatedBytesForCurrentThread();
        Replay(1_000_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal(buffers, device.LiveBuffers);
        // Other tests run in the same process; a leak of a single word a step would be eight megabytes, of a cache line 64.
        Assert.InRange(PrivateBytes() - memory, long.MinValue, 512L << 20);
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
