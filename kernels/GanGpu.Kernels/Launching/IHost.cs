using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Launching;

/// <summary>The services that a launch needs of the processor.</summary>
internal unsafe interface IHost
{
    ThreadTeam Team { get; }

    /// <exception cref="ArgumentException">The slice is on another device, or extends beyond its buffer.</exception>
    T* Address<T>(Slice<T> slice)
        where T : unmanaged;

    /// <summary>
    /// Memory that a launch needs while it runs, of at least this many floats; null for a length of 0. All launches
    /// share it, since they run in order.
    /// </summary>
    float* Scratch(int length);
}
