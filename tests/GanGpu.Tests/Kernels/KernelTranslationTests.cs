using System.Reflection;
using System.Text.RegularExpressions;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Tests.Support;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Every kernel is translated for CUDA and OpenCL, which needs neither a GPU nor a driver, and the text is searched for
/// what must not be in it.
/// </summary>
public sealed class KernelTranslationTests
{
    private static readonly Lazy<Dictionary<MethodInfo, string>> Newest = new(() => TranslateAll(9, 0));

    // 5 + 2·5 elementwise, 5 logits layers, the 12 epilogues of sums in parts, and of the five kernels of products all
    // pairs of a product, an epilogue, a tile or a number of teams.
    private const int FewestKernels = 15 + 5 + 12 + 159 + 102 + 121 + 43 + 102;

    [Fact]
    public void All_kernels_are_found() =>
        Assert.True(KernelMethods.All.Count >= FewestKernels, $"Found {KernelMethods.All.Count} kernels.");

    [Fact]
    public void Every_kernel_translates_to_PTX()
    {
        List<string> faults = [];
        foreach ((MethodInfo method, string text) in Newest.Value)
        {

            // tanh.approx is right to 2^-11 only, ex2 and lg2 lose the small differences that PreciseMath keeps.
            faults.AddRange(Found(method, text, @"\b(tanh|ex2|lg2|sin|cos)\.approx"));

            // Functions that ILGPU did not translate: the driver would refuse the module.
            faults.AddRange(Found(method, text, @"^\s*\.extern .*$"));

            // Double precision: slow on most GPUs, absent from some; an unsigned integer made a float goes through it.
            faults.AddRange(Found(method, text, @"\.f64\b"));

            // A promise that the threads of a warp agree, which ILGPU makes where they may not.
            faults.AddRange(Found(method, text, @"@!?%p\d+\s+bra\.uni.*$|brx\.idx\.uni"));

            // The largest group must be written down, or the registers of a kernel may be too many for it.
            if (!text.Contains(".maxntid", StringComparison.Ordinal))
                faults.Add($"{KernelMethods.NameOf(method)}: no .maxntid");

            // A stack frame is memory far slower than registers. Inline PTX that writes a variable makes one, which the
            // driver's compiler removes; in the tensor cores' kernel it stands behind the loop.
            string loop = text[..Math.Max(text.LastIndexOf("mma.sync", StringComparison.Ordinal), 0)];
            faults.AddRange(IsTensorCore(method) ? Found(method, loop, @"(ld|st)\.local.*$")
                : Found(method, text, @"^\s*\.local .*$"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Every_kernel_translates_to_OpenCL_C()
    {
        using Context context = NewContext();
        CLCapabilityContext capabilities =
            new(float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using CLBackend backend = new(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL20);
        List<string> faults = [];
        foreach (MethodInfo method in KernelMethods.EachArgument.Where(method => !IsTensorCore(method)))
        {
            string text = ((CLCompiledKernel)Translate(backend, method)).Source;
            faults.AddRange(
                Found(method, text, @"\b(tanh|exp|log|sin|cos|native_\w+|atomic_\w+|work_group_\w+|sub_group_\w+)\("));
        }

        Assert.Empty(faults);
    }

    /// <summary>
    /// The interpreter that runs them in <see cref="Devices.CudaKernelTests"/> knows every instruction of theirs.
    /// </summary>
    [Fact]
    public void Every_kernel_can_be_interpreted()
    {
        PtxInterpreter.Require();
        List<string> faults = [];
        foreach (
            (MethodInfo method, string text) in KernelMethods.EachArgument.Select(
                method => (method, Newest.Value[method])))
        {
            try
            {
                using PtxInterpreter module = new(text);
                Assert.True(module.HasKernel(Regex.Match(text, @"\.entry\s+(\w+)").Groups[1].Value));
            }
            catch (PtxException e)
            {
                faults.Add($"{KernelMethods.NameOf(method)}: {e.Message}");
            }
        }

        Assert.Empty(faults);
    }

    /// <summary>What makes the large product fast: operands and results move 16 bytes at a time, everywhere.</summary>
    [Fact]
    public void The_large_products_move_four_floats_at_a_time()
    {
        foreach (MethodInfo method in KernelMethods.All.Where(m => m.Name == nameof(GemmLargeGpu.GemmLargeKernel)))
        {
            string text = Ptx(method);
            // A scalar load or store of global memory moves column sums or nothing.
            Assert.Empty(Found(method, text, @"ld\.global\.f32"));
            Assert.True(Regex.Count(text, @"ld\.global\.v4\.f32") >= 4, KernelMethods.NameOf(method));
            Assert.Equal(16, Regex.Count(text, @"st\.global\.v4\.f32"));
            Assert.Equal(4, Regex.Count(text, @"ld\.shared\.v4\.f32"));
        }
    }

    [Fact]
    public void The_split_products_read_shared_memory_four_floats_at_a_time()
    {
        foreach (MethodInfo method in KernelMethods.All.Where(m => m.Name == nameof(GemmSplitGpu.GemmSplitKernel)))
            Assert.InRange(Regex.Count(Ptx(method), @"ld\.shared\.v4\.f32"), 2, 8);
    }

    /// <summary>
    /// As many instructions for the tensor cores as a warp's fragments, each of the kind that the precision asks for.
    /// </summary>
    [Fact]
    public void The_tensor_core_products_multiply_on_tensor_cores()
    {
        foreach (MethodInfo method in KernelMethods.All.Where(IsTensorCore))
        {
            Type[] arguments = method.GetGenericArguments();
            string format = arguments[2] == typeof(Tf32Precision) ? @"m16n8k8\.row\.col\.f32\.tf32\.tf32\.f32"
                : @"m16n8k16\.row\.col\.f32\.bf16\.bf16\.f32";
            string text = Ptx(method);
            Assert.Equal(arguments[3] == typeof(TensorTile128) ? 16
                : 8, Regex.Count(text, @"mma\.sync\.aligned\." + format));
            Assert.Equal(Regex.Count(text, "mma\\.sync"), Regex.Count(text, @"mma\.sync\.aligned\." + format));
            Assert.Single(Regex.Matches(text, @"\.reg \.f32 acc<64>;"));
            if (arguments[1] == typeof(PlainEpilogue))
                Assert.Empty(Found(method, text, @"ld\.global\.f32"));
        }
    }

    private static bool IsTensorCore(MethodInfo method) => method.DeclaringType == typeof(GemmTensorCoreGpu);

    private static string Ptx(MethodInfo method) => Newest.Value[method];

    private static Dictionary<MethodInfo, string> TranslateAll(int major, int minor)
    {
        CudaArchitecture architecture = new(major, minor);
        using Context context = NewContext();
        using PTXBackend backend = new(
            context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80, nvvmAPI: null);
        return KernelMethods.All.ToDictionary(
            method => method, method => ((PTXCompiledKernel)Translate(backend, method)).PTXAssembly);
    }

    private static Context NewContext() => Context.Create(builder => builder.Optimize(OptimizationLevel.O2));

    private static CompiledKernel Translate(Backend backend, MethodInfo method)
    {
        try
        {
            return KernelLoader.Compile(backend, method);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{KernelMethods.NameOf(method)} does not translate: {e.Message}", e);
        }
    }

    private static IEnumerable<string> Found(MethodInfo method, string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline)
            .Select(m => $"{KernelMethods.NameOf(method)}: {m.Value.Trim()}").Distinct();
}
