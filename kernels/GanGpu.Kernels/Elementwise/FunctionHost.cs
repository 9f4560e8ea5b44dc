using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = f(x + offset), elementwise. Overwrites y, which may be x.</summary>
internal static unsafe class FunctionHost
{
    // Floats a thread takes at a time: 256 bytes, so that no two threads share a cache line.
    private const int Grain = 64;

    private const double NanosecondsPerElement = 0.5;

    public static Action Bind(ThreadTeam team, int length, ElementwiseFunction f, float* x, float* y) => f.Kind switch
    {
        ElementwiseKind.Reciprocal => Bind<ReciprocalFunction>(team, length, f.Offset, x, y),
        ElementwiseKind.SquareRoot => Bind<SquareRootFunction>(team, length, f.Offset, x, y),
        ElementwiseKind.InverseSquareRoot => Bind<InverseSquareRootFunction>(team, length, f.Offset, x, y),
        ElementwiseKind.Softplus => Bind<SoftplusFunction>(team, length, f.Offset, x, y),
        ElementwiseKind.Exponential => Bind<ExponentialFunction>(team, length, f.Offset, x, y),
        _ => throw new ArgumentOutOfRangeException(nameof(f), f.Kind, "This function has no kernel."),
    };

    private static Action Bind<TFunction>(ThreadTeam team, int length, float offset, float* x, float* y)
        where TFunction : struct, IElementwiseFunction =>
        HostTask.Bind(team, new Kernel<TFunction>(offset, x, y), length, NanosecondsPerElement, Grain);

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
