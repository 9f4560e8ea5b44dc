using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Kernels.Gpu;

/// <summary>What a choice of kernel depends on.</summary>
/// <param name="Multiprocessors">Groups that run at the same time, at least.</param>
/// <param name="ThreadsOfGroup">Most threads of a group.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
/// <param name="IsProcessor">
/// A processor that takes a GPU's kernels: across a barrier it keeps a thread's variables in memory, so the fewer the
/// better.
/// </param>
internal readonly record struct GpuLimits(
    int Multiprocessors, int ThreadsOfGroup, int SharedBytes, bool IsProcessor = false)
{
    public static GpuLimits Of(Accelerator device) =>
        new(device.NumMultiprocessors, device.MaxNumThreadsPerGroup, device.MaxSharedMemoryPerGroup,
        device is not CLAccelerator cl ? device.AcceleratorType == AcceleratorType.CPU
            : (cl.DeviceType & CLDeviceType.CL_DEVICE_TYPE_CPU) != 0);
}
