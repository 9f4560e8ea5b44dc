using GanGpu.Backends;

namespace GanGpu.Devices;

/// <summary>A device that was found, or the place of one that was not, with the way to start it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Info">What the user is told of it.</param>
/// <param name="IsGpu">"auto" may choose it before the processor.</param>
/// <param name="Start">Starts its backend; the second value is what has to be disposed after the backend, last
/// first.</param>
/// <param name="HasTensorCores">It can make products of a <see cref="MatrixPrecision"/> below
/// single.</param>
internal sealed record DeviceCandidate(
    DeviceKind Kind, DeviceInfo Info, bool IsGpu, Func<(IBackend Backend, IDisposable[] Owned)>? Start,
    bool HasTensorCores = false);
