using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace GanGpu.Tests.Kernels;

/// <summary>The CUDA code that ILGPU makes of the kernels.</summary>
internal static partial class KernelPtx
{
    private static readonly Lazy<Dictionary<string, string>> Newest = new(() => All(9, 0).ToDictionary(k => k.Name, k => k.Text));

    /// <summary>Every kernel by the name of <see cref="KernelMethods.NameOf"/>.</summary>
    public static List<(string Name, string Text)> All(int major, int minor)
    {
        CudaArchitecture architecture = new(major, minor);
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using PTXBackend backend = new(context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_75, nvvmAPI: null);
        List<(string, string)> kernels = [];
        foreach (MethodInfo method in KernelMethods.All)
            kernels.Add((KernelMethods.NameOf(method), ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default)).PTXAssembly));
        return kernels;
    }

    /// <summary>The code of one kernel for compute capability 9.0.</summary>
    public static string Of(string name) => Newest.Value[name];

    /// <summary>The name that a module's kernel has in it.</summary>
    public static string EntryOf(string text) => Entry().Match(text).Groups[1].Value;

    [GeneratedRegex(@"\.entry\s+(\w+)")]
    private static partial Regex Entry();
}
