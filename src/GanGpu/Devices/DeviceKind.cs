namespace GanGpu;

/// <summary>What runs the kernels.</summary>
public enum DeviceKind
{
    /// <summary>An NVIDIA GPU, through the CUDA driver.</summary>
    Cuda,

    /// <summary>A device with an OpenCL driver.</summary>
    OpenCl,

    /// <summary>The processor's vector units.</summary>
    Cpu,

    /// <summary>ILGPU's emulation of a GPU on the processor: slow, for finding faults in kernels.</summary>
    Emulator,
}
