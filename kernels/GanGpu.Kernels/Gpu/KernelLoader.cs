using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;

[assembly: InternalsVisibleTo(ILGPU.Context.RuntimeAssemblyName)]

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// Compiles kernels for one accelerator: the only place that does, so that what a backend's code needs before it is
/// loaded has one place to go. Kernels are explicitly grouped, compiled on first use, and kept until the loader goes:
/// ILGPU itself holds them by weak reference, and a captured graph or a queued launch does not keep them alive.
/// </summary>
internal sealed class KernelLoader(Accelerator accelerator)
{
    private const int MostThreads = 256;

    private readonly Dictionary<(MethodInfo Kernel, int MostThreads), Delegate> launchers = [];

    public Accelerator Accelerator => accelerator;

    /// <summary>
    /// What the rows of a product are multiplied by where they choose its kernel. Some samples that are drawn by the
    /// kernels of a full block have sums in the same order as in that block, and so the same bits.
    /// </summary>
    public int RowsFactor { get; set; } = 1;

    /// <summary>Threads of a group where they do not depend on each other.</summary>
    public int ElementwiseGroup { get; } = Math.Min(accelerator.MaxNumThreadsPerGroup, MostThreads);

    /// <summary>
    /// The launcher of a kernel. <typeparamref name="TLauncher"/> takes the stream and the launch configuration, then
    /// the kernel's parameters.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="mostThreads">
    /// Threads of the largest group it is launched with: the driver's compiler then leaves each as many registers as
    /// that many can have, and the launch can't fail for want of them.
    /// </param>
    public TLauncher Load<TLauncher>(Delegate kernel, int mostThreads = MostThreads)
        where TLauncher : Delegate
    {
        if (!launchers.TryGetValue((kernel.Method, mostThreads), out Delegate? launcher))
            launchers.Add(
                (kernel.Method, mostThreads),
                launcher = accelerator.LoadKernel(Compile(accelerator.GetBackend(), kernel.Method, mostThreads))
                .CreateLauncherDelegate<TLauncher>());
        return (TLauncher)launcher;
    }

    /// <summary>A kernel compiled for a backend, as it is loaded.</summary>
    public static CompiledKernel Compile(Backend backend, MethodInfo kernel, int mostThreads = MostThreads)
    {
        // Only the PTX backend writes the number down; the others would only compare it with their own limit.
        KernelSpecialization specialization = backend is PTXBackend ? new(mostThreads, null)
            : KernelSpecialization.Empty;
        CompiledKernel compiled =
            backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), specialization);
        PtxCorrections.Apply(compiled);
        StableNames.Apply(compiled);
        return compiled;
    }

    /// <summary>A power of two of threads that the device runs as one group, at most as many as given.</summary>
    public int LargestPowerOfTwoGroup(int most) =>
        1 << BitOperations.Log2((uint)Math.Min(most, accelerator.MaxNumThreadsPerGroup));

    /// <summary>The configuration for one thread per element.</summary>
    public ILGPU.KernelConfig PerElement(int elements) =>
        new((elements + ElementwiseGroup - 1) / ElementwiseGroup, ElementwiseGroup);
}
