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
    /// Generators that draw at once, 1 to 1024; 0 for one on each core of the processor, or one on a GPU. On the
    /// processor each has one thread: many requests at once are served faster by several of them than by one with many.
    /// </summary>
    public int Size { get; set; }

    /// <summary>Is told what the devices do; null for nobody.</summary>
    public ILogger? Logger { get; set; }
}
