
namespace GanGpu.Benchmarks.Step;

/// <summary>This library's trainer, as <see cref="GanTrainer.TrainAsync"/> drives it between two reports.</summary>
internal sealed class GanGpuContender(Device device, StepTask task) : IContender
{
    private readonly GanTrainer trainer = new(device, task.Preset, task.Data, task.Options);

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            trainer.Replay();
        device.Backend.Synchronize();
    }

    public void Dispose() => trainer.Dispose();
}
