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
/// Compiles the kernels of one accelerator, and is the only place that does. Kernels are explicitly grouped, compiled
/// on first use, and kept until the loader is disposed: ILGPU itself holds only weak references to them, and a captured
/// graph or a queued launch does not keep them alive.
/// </summary>
internal sealed class KernelLoader(Accelerator accelerator) : IDisposable
{
    private const int MostThreads = 256;

    private readonly Dictionary<(MethodInfo Kernel, int MostThreads), Delegate> launchers = [];

    public Accelerator Accelerator => accelerator;

    /// <summary>
    /// Factor on the rows of a product for the choice of its kernel. Samples that are drawn in a smaller block than
    /// usual get the kernels of a full block with it, and so sums in the same order and the same bits.
    /// </summary>
    public int RowsFactor { get; set; } = 1;

    /// <summary>Threads of a group for kernels whose threads are independent.</summary>
    public int ElementwiseGroup { get; } = Math.Min(accelerator.MaxNumThreadsPerGroup, MostThreads);

    /// <summary>
    /// The launcher of a kernel. <typeparamref name="TLauncher"/> takes the stream and the launch configuration, then
    /// the kernel's parameters.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="mostThreads">Threads of the largest group that the kernel is launched with. The driver's compiler
    /// then limits the registers of a thread so that a group of this size fits, and the launch can't fail for lack of
    /// registers.</param>
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

    /// <summary>Unloads the kernels. None of them may be running.</summary>
    public void Dispose()
    {
        foreach (Delegate launcher in launchers.Values)
            ((Kernel)launcher.Target!).Dispose();
        launchers.Clear();
    }

    /// <summary>A kernel compiled for a backend, as it is loaded.</summary>
    public static CompiledKernel Compile(Backend backend, MethodInfo kernel, int mostThreads = MostThreads)
    {
        // Only the PTX backend uses the number; the other backends would only compare it with their own limit.
        KernelSpecialization specialization = backend is PTXBackend ? new(mostThreads, null)
            : KernelSpecialization.Empty;
        CompiledKernel compiled =
            backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), specialization);
        PtxCorrections.Apply(compiled);
        StableNames.Apply(compiled);
        return compiled;
    }

    /// <summary>The largest power of two of threads that the device runs as one group, but at most this many.</summary>
    public int LargestPowerOfTwoGroup(int most) =>
        1 << BitOperations.Log2((uint)Math.Min(most, accelerator.MaxNumThreadsPerGroup));

    /// <summary>The configuration for one thread per element.</summary>
    public ILGPU.KernelConfig PerElement(int elements) =>
        new((elements + ElementwiseGroup - 1) / ElementwiseGroup, ElementwiseGroup);
}
