using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>What a choice of kernel depends on.</summary>
/// <param name="Multiprocessors">Groups that run at the same time, at least.</param>
/// <param name="ThreadsOfGroup">Most threads of a group.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
internal readonly record struct GpuLimits(int Multiprocessors, int ThreadsOfGroup, int SharedBytes)
{
    public static GpuLimits Of(Accelerator device) => new(device.NumMultiprocessors, device.MaxNumThreadsPerGroup, device.MaxSharedMemoryPerGroup);
}
