using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Launching;

/// <summary>What a launch needs of a device that ILGPU drives.</summary>
internal interface IGpu
{
    AcceleratorStream Stream { get; }

    KernelLoader Loader { get; }

    /// <summary>What products may be computed in.</summary>
    MatrixPrecision Precision { get; }

    /// <summary>The kernels of a family, loaded when they are first asked for.</summary>
    TKernels Kernels<TKernels>(Func<IGpu, TKernels> load)
        where TKernels : class;

    /// <exception cref="ArgumentException">The slice is not of this device, or leaves its buffer.</exception>
    ArrayView<T> View<T>(Slice<T> slice)
        where T : unmanaged;

    /// <summary>
    /// Memory for partial sums, at least so many floats; all launches share it, since they run in order.
    /// </summary>
    ArrayView<float> Scratch(int length);
}
