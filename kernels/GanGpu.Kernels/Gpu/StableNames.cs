using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// Makes names in a kernel independent of the kernels that were compiled before. ILGPU 1.5.3 numbers types, labels and
/// parameters through the whole process, so that the same kernel has another text each time, and a driver, which caches
/// compiled kernels by their text, compiles it again. Numbered within the kernel, most kernels always have the same
/// text.
/// </summary>
internal static partial class StableNames
{
    /// <summary>
    /// Renames the declarations of a kernel for CUDA or OpenCL; leaves kernels for other backends alone.
    /// </summary>
    public static void Apply(CompiledKernel kernel)
    {
        if (kernel is PTXCompiledKernel ptx)
            Text(ptx) = Renumbered(ptx.PTXAssembly, NameOfPtx());
        else if (kernel is CLCompiledKernel openCl)
            Text(openCl) = Renumbered(openCl.Source, NameOfOpenCl());
    }

    /// <summary>
    /// The text with the numbers of all matching names replaced: 0 for the first name, 1 for the next.
    /// </summary>
    private static string Renumbered(string text, Regex names)
    {
        Dictionary<string, string> renamed = [];
        return names.Replace(text, name =>
        {
            if (!renamed.TryGetValue(name.Value, out string? now))
                renamed.Add(
                    name.Value, now = name.Groups[1].Value + renamed.Count.ToString(CultureInfo.InvariantCulture));
            return now;
        });
    }

    // Parameters and labels. Other names belong to PTX, such as sm_90.
    [GeneratedRegex(@"\b(_\w*_|L_)\d+\b")]
    private static partial Regex NameOfPtx();

    // A type's name may have a suffix, such as type_1_kernel.
    [GeneratedRegex(@"\b(type_|L_)\d+")]
    private static partial Regex NameOfOpenCl();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<PTXAssembly>k__BackingField")]
    private static extern ref string Text(PTXCompiledKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Source>k__BackingField")]
    private static extern ref string Text(CLCompiledKernel kernel);
}
