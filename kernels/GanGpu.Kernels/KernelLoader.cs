using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;

[assembly: InternalsVisibleTo(ILGPU.Context.RuntimeAssemblyName)]

namespace GanGpu.Kernels;

/// <summary>
/// Compiles kernels for one accelerator: the only place that does, so that what a backend's code needs before it is loaded
/// has one place to go. Kernels are explicitly grouped, compiled on first use, and kept until the loader goes: ILGPU itself
/// holds them by weak reference, and a captured graph or a queued launch does not keep them alive.
/// </summary>
internal sealed class KernelLoader(Accelerator accelerator)
{
    private readonly Dictionary<System.Reflection.MethodInfo, Delegate> launchers = [];

    public Accelerator Accelerator => accelerator;

    /// <summary>Threads of a group where they do not depend on each other.</summary>
    public int ElementwiseGroup { get; } = Math.Min(accelerator.MaxNumThreadsPerGroup, 256);

    /// <summary>
    /// The launcher of a kernel. <typeparamref name="TLauncher"/> takes the stream and the launch configuration, then the
    /// kernel's parameters.
    /// </summary>
    public TLauncher Load<TLauncher>(Delegate kernel)
        where TLauncher : Delegate
    {
        if (!launchers.TryGetValue(kernel.Method, out Delegate? launcher))
            launchers.Add(kernel.Method, launcher = accelerator.LoadKernel<TLauncher>(kernel.Method));
        return (TLauncher)launcher;
    }

    /// <summary>A power of two of threads that the device runs as one group, at most as many as given.</summary>
    public int LargestPowerOfTwoGroup(int most) => 1 << BitOperations.Log2((uint)Math.Min(most, accelerator.MaxNumThreadsPerGroup));

    /// <summary>The configuration for one thread per element.</summary>
    public ILGPU.KernelConfig PerElement(int elements) =>
        new((elements + ElementwiseGroup - 1) / ElementwiseGroup, ElementwiseGroup);
}
