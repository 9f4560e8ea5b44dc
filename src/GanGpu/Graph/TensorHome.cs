using GanGpu.Backends;
using GanGpu.Kernels.Launching;

namespace GanGpu.Graph;

/// <summary>Where the numbers of a network's tensor are.</summary>
/// <param name="Place">The place in device memory.</param>
/// <param name="Use">What ends before the memory is freed.</param>
internal sealed record TensorHome(Slice<float> Place, DeviceUse Use);
