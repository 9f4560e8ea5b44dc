namespace GanGpu;

/// <summary>A loss is no longer a finite number; nothing that is trained further would be of use.</summary>
public sealed class TrainingDivergedException : GanGpuException
{
    /// <summary>Creates the exception with a message that names the step and the loss.</summary>
    public TrainingDivergedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The metrics that are no finite numbers, where they are known.</summary>
    public TrainingReport? Report { get; init; }
}
