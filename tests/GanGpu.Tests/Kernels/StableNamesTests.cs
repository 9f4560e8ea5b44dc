using System.Reflection;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// A driver keeps what it has compiled by its text, so that a kernel should have one text, whatever was compiled before
/// it.
/// </summary>
public sealed class StableNamesTests
{
    private static readonly MethodInfo[] Some =
        [.. KernelMethods.All.Where(method => !method.IsGenericMethod),
            KernelMethods.All.First(method => method.Name == nameof(GemmSplitGpu.GemmSplitKernel))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kernel_has_one_text_in_whatever_order_kernels_are_compiled(bool cuda)
    {
        Dictionary<MethodInfo, string> forward = Texts(Some, cuda),
            backward = Texts(Some.AsEnumerable().Reverse(), cuda);
        string[] differing =
            [.. Some.Where(method => forward[method] != backward[method]).Select(KernelMethods.NameOf)];
        // In 8 of 55 ILGPU orders the moves into the variables of a loop by numbers of its own.
        Assert.True(differing.Length <= 10, string.Join(", ", differing));
        Assert.DoesNotContain("AdamGpu.AdamKernel", differing);
        Assert.DoesNotContain(KernelMethods.NameOf(Some[^1]), differing);
    }

    private static Dictionary<MethodInfo, string> Texts(IEnumerable<MethodInfo> kernels, bool cuda)
    {
        CudaArchitecture architecture = new(9, 0);
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using Backend backend = cuda
            ? new PTXBackend(
                context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80,
                nvvmAPI: null)
            : new CLBackend(
                context,
                new CLCapabilityContext(
                    float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false),
                CLDeviceVendor.Other, CLCVersion.CL20);
        return kernels.ToDictionary(method => method, method => KernelLoader.Compile(backend, method) switch
        {
            PTXCompiledKernel ptx => ptx.PTXAssembly,
            CLCompiledKernel openCl => openCl.Source,
            CompiledKernel other => throw new InvalidOperationException($"{other.GetType()} has no text."),
        });
    }
}
