using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Launching;

/// <summary>What a launch needs of the processor.</summary>
internal unsafe interface IHost
{
    ThreadTeam Team { get; }

    /// <exception cref="ArgumentException">The slice is not of this device, or leaves its buffer.</exception>
    T* Address<T>(Slice<T> slice)
        where T : unmanaged;

    /// <summary>
    /// Memory that a launch needs while it runs, at least so many floats; all launches share it, since they run in
    /// order. Null for none.
    /// </summary>
    float* Scratch(int length);
}
