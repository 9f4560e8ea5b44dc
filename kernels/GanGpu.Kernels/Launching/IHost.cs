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

    /// <summary>A copy of a tensor in another order, for kernels that read it so.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="order">The order, with all that it depends on; equal for copies that are the same.</param>
    /// <param name="length">Floats of the copy.</param>
    /// <param name="bind">Binds what writes the copy to an address.</param>
    /// <returns>Where the copy is, and what writes it each time before it is read: into scratch memory, or null if the
    /// tensor never changes and the copy is kept.</returns>
    (nint Copy, Action? Renew) Reordered(Slice<float> tensor, object order, int length, Func<nint, Action> bind);
}
