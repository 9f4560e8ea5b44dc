using System.Reflection;
using GanGpu.Kernels.Gpu;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace GanGpu.Tests.Kernels;

/// <summary>Branches that ILGPU marks uniform although the threads of a warp may disagree.</summary>
public sealed class PtxCorrectionsTests
{
    [Theory]
    [InlineData("@%p12 bra.uni L_3;", "@%p12 bra L_3;")]
    [InlineData("@!%p1 bra.uni L_3;", "@!%p1 bra L_3;")]
    [InlineData("brx.idx.uni %r1, table;", "brx.idx %r1, table;")]
    [InlineData("bra.uni L_3;", "bra.uni L_3;")]
    [InlineData("@%p12 bra L_3;", "@%p12 bra L_3;")]
    public void Only_the_promise_of_a_conditional_branch_goes(string written, string loaded) =>
        Assert.Equal(loaded, PtxCorrections.Apply(written));

    /// <summary>
    /// The fault itself, so that it is seen when a later ILGPU no longer has it and the correction can go.
    /// </summary>
    [Fact]
    public void ILGPU_marks_a_divergent_branch_and_the_loaded_kernel_does_not()
    {
        CudaArchitecture architecture = new(9, 0);
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using PTXBackend backend = new(
            context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_75, nvvmAPI: null);
        MethodInfo method = typeof(PtxCorrectionsTests)
            .GetMethod(nameof(Divergent), BindingFlags.Static | BindingFlags.NonPublic)!;
        string written = (
            (PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default))
            .PTXAssembly;
        string loaded = ((PTXCompiledKernel)KernelLoader.Compile(backend, method)).PTXAssembly;
        Assert.Matches(@"@!?%p\d+\s+bra\.uni", written);
        Assert.DoesNotMatch(@"@!?%p\d+\s+bra\.uni", loaded);
    }

    /// <summary>How often each thread goes round differs, and with it the last condition.</summary>
    private static void Divergent(ArrayView<int> x, ArrayView<int> y)
    {
        int k = 0;
        while (x[(k * 32) + Group.IdxX] > 0)
            k++;
        if (k > 3)
            y[Group.IdxX] = k;
    }
}
