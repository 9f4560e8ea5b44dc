using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.PTX;

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// Corrects the PTX that ILGPU 1.5.3 generates before a driver sees it. At O2 ILGPU takes a branch for uniform if its
/// condition does not depend on the thread's index by data, although it may depend on it by control flow (a value that
/// is set in one arm of a divergent branch). It marks that branch <c>.uni</c>, which is undefined behaviour if threads
/// of a warp disagree. Without the mark the code is the same except for that promise.
/// </summary>
internal static partial class PtxCorrections
{
    /// <summary>The text without the marks of uniform branches that are not proven.</summary>
    public static string Apply(string ptx) => UniformBranch().Replace(ptx, "$1$2");

    /// <summary>Corrects a kernel that was compiled for CUDA; leaves kernels for other backends alone.</summary>
    public static void Apply(CompiledKernel kernel)
    {
        if (kernel is PTXCompiledKernel ptx)
            Text(ptx) = Apply(ptx.PTXAssembly);
    }

    // A branch without a predicate is indeed uniform.
    [GeneratedRegex(@"(@!?%p\d+\s+bra|brx\.idx)\.uni(\s)")]
    private static partial Regex UniformBranch();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<PTXAssembly>k__BackingField")]
    private static extern ref string Text(PTXCompiledKernel kernel);
}
