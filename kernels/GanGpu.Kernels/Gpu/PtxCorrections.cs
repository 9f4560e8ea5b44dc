using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.PTX;

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// What has to be put right in the PTX that ILGPU 1.5.3 writes before a driver sees it. At O2 it takes a branch for
/// uniform where the condition does not depend on the thread's number by data, though it may by control (a value set in
/// one arm of a divergent branch), and marks it <c>.uni</c>, which is undefined where threads of a warp disagree.
/// Without the mark the code is the same but for the promise.
/// </summary>
internal static partial class PtxCorrections
{
    /// <summary>The text without promises of uniform branches that were not proven.</summary>
    public static string Apply(string ptx) => UniformBranch().Replace(ptx, "$1$2");

    /// <summary>Corrects a kernel that was compiled for CUDA; leaves one for another backend alone.</summary>
    public static void Apply(CompiledKernel kernel)
    {
        if (kernel is PTXCompiledKernel ptx)
            Text(ptx) = Apply(ptx.PTXAssembly);
    }

    // Without a predicate a branch is uniform indeed.
    [GeneratedRegex(@"(@!?%p\d+\s+bra|brx\.idx)\.uni(\s)")]
    private static partial Regex UniformBranch();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<PTXAssembly>k__BackingField")]
    private static extern ref string Text(PTXCompiledKernel kernel);
}
