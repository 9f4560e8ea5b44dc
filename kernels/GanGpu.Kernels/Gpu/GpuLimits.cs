using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Kernels.Gpu;

/// <summary>The limits of a device that a choice of kernel depends on.</summary>
/// <param name="Multiprocessors">The fewest groups that run at the same time.</param>
/// <param name="ThreadsOfGroup">The most threads of a group.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
/// <param name="IsProcessor">Whether the device is a CPU that runs GPU kernels. It keeps a thread's variables in memory
/// across a barrier, so fewer are better.</param>
internal readonly record struct GpuLimits(
    int Multiprocessors, int ThreadsOfGroup, int SharedBytes, bool IsProcessor = false)
{
    public static GpuLimits Of(Accelerator device) =>
        new(device.NumMultiprocessors, device.MaxNumThreadsPerGroup, device.MaxSharedMemoryPerGroup,
        device is not CLAccelerator cl ? device.AcceleratorType == AcceleratorType.CPU
            : (cl.DeviceType & CLDeviceType.CL_DEVICE_TYPE_CPU) != 0);
}
