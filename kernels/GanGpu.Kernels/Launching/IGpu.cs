using GanGpu.Kernels.Gpu;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Launching;

/// <summary>The services that a launch needs of a device driven by ILGPU.</summary>
internal interface IGpu
{
    AcceleratorStream Stream { get; }

    KernelLoader Loader { get; }

    /// <summary>The precision to which the factors of large matrix products may be rounded.</summary>
    MatrixPrecision Precision { get; }

    /// <summary>The kernels of a family, loaded when they are first asked for.</summary>
    TKernels Kernels<TKernels>(Func<IGpu, TKernels> load)
        where TKernels : class;

    /// <exception cref="ArgumentException">The slice is on another device, or extends beyond its buffer.</exception>
    ArrayView<T> View<T>(Slice<T> slice)
        where T : unmanaged;

    /// <summary>
    /// Memory for partial sums, of at least this many floats. All launches share it, since they run in order.
    /// </summary>
    ArrayView<float> Scratch(int length);
}
