using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GanGpu.ParityTests;

/// <summary>
/// Keeps TorchSharp's convolutions right. With AVX-512, oneDNN as TorchSharp 0.107 brings it computes wrong gradients of grey images on
/// some Zen 5 processors, where its AVX2 code and float64 agree with GanGpu. Benchmarks leave it as it is.
/// </summary>
internal static partial class OneDnn
{
    private const string Limit = "ONEDNN_MAX_CPU_ISA", Avx2 = "AVX2";

    [ModuleInitializer]
    public static void Restrict()
    {
        if (Environment.GetEnvironmentVariable(Limit) is not null)
            return;
        // .NET keeps what is set in it to itself, but for Windows.
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(Limit, Avx2);
        else
            _ = SetVariable(Limit, Avx2, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
