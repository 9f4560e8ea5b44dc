using Microsoft.Extensions.Logging;

namespace GanGpu.Hosting;

/// <summary>What a <see cref="GeneratorPool"/> is made of.</summary>
public sealed record GeneratorPoolOptions
{
    /// <summary>The checkpoint, which <see cref="GanTrainer.Save(string)"/> wrote.</summary>
    public string Path { get; set; } = "";

    /// <summary>The device, as <see cref="GanGpu.Device.Open"/> takes it.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>The networks, if they are a program's own; null for those that the checkpoint names.</summary>
    public Preset? Preset { get; set; }

    /// <summary>
    /// Requests that draw at once, 1 to 1024; 0 for one on each processor, or one on a GPU. On the processor each has a
    /// thread and memory of its own; they share the weights.
    /// </summary>
    public int Size { get; set; }

    /// <summary>Is told what the device does; null for nobody.</summary>
    public ILogger? Logger { get; set; }
}
