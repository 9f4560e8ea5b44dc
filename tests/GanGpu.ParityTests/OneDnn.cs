using System.Runtime.CompilerServices;
using GanGpu.Tests.Support;

namespace GanGpu.ParityTests;

/// <summary>
/// Keeps TorchSharp's convolutions right. With AVX-512, oneDNN as TorchSharp 0.107 brings it computes wrong gradients
/// of grey images on some Zen 5 processors, where its AVX2 code and float64 agree with GanGpu. Benchmarks leave it as
/// it is.
/// </summary>
internal static class OneDnn
{
    [ModuleInitializer]
    public static void Restrict() => NativeEnvironment.SetDefault("ONEDNN_MAX_CPU_ISA", "AVX2");
}
