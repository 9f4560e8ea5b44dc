using Microsoft.Extensions.Logging;

namespace GanGpu;

/// <summary>How a device is opened.</summary>
public sealed record DeviceOptions
{
    /// <summary>Threads of the <c>cpu</c> device; 0 means one per core.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// What the factors of matrix products are rounded to, where they are large enough for it to pay. Other than
    /// <see cref="MatrixPrecision.Float32"/> only on CUDA devices of compute capability 8.0 or above.
    /// </summary>
    public MatrixPrecision Precision { get; init; }

    /// <summary>
    /// Let the device keep the time of what it does, as <c>StepProfiler.MeasureLaunches</c> needs;
    /// it may cost a little.
    /// </summary>
    public bool Profiling { get; init; }

    /// <summary>
    /// Use OpenCL devices whose driver does not report the generic address space that ILGPU asks for. The kernels do
    /// not need it as they are compiled here, so such a device, PoCL for one, may well work; nothing promises that it
    /// does.
    /// </summary>
    public bool AssumeGenericAddressSpace { get; init; }

    /// <summary>
    /// What hears of what the device and all that is trained on it do: devices that are opened or passed over,
    /// trainings that begin, their reports (at the level Debug), checkpoints. Nobody where it is null. What fails is
    /// thrown, not logged.
    /// </summary>
    public ILogger? Logger { get; init; }

    /// <summary>
    /// The most device memory that may be allocated: a small device, for tests; all it has where it is null.
    /// </summary>
    internal long? MemoryBytes { get; init; }

    /// <summary>
    /// The most device memory for training images, where a device has memory of its own; what fits where it is null.
    /// </summary>
    internal long? DataSetBytes { get; init; }
}
