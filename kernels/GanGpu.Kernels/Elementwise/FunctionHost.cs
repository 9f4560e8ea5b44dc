using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = f(x + offset), elementwise. Overwrites y, which may be x.</summary>
internal static unsafe class FunctionHost
{
    // Floats a thread takes at a time: 256 bytes, so that no two threads share a cache line.
    private const int Grain = 64;

    private const double NanosecondsPerElement = 0.5;

    public static Action Bind(ThreadTeam team, int length, ElementwiseFunction f, float* x, float* y) =>
        f.Bind(new Form(team, length, f.Offset, x, y));

    private readonly struct Form(ThreadTeam team, int length, float offset, float* x, float* y) : IFunctionForm
    {
        public Action Bind<TFunction>()
            where TFunction : unmanaged, IElementwiseFunction =>
            HostTask.Bind(team, new Kernel<TFunction>(offset, x, y), length, NanosecondsPerElement, Grain);
    }

    /// <summary>Units are elements.</summary>
    private readonly struct Kernel<TFunction>(float offset, float* x, float* y) : IHostKernel
        where TFunction : struct, IElementwiseFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd add = TSimd.Splat(offset);
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
                TFunction.Apply(TSimd.Load(x + i) + add).Store(y + i);
            if (i < end)
                TFunction.Apply(TSimd.LoadPart(x + i, end - i) + add).StorePart(y + i, end - i);
        }
    }
}
