using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>sum ← sum + factor · x: adds the gradients of micro-batches to those of a batch.</summary>
internal static unsafe class AccumulateHost
{
    private const int Grain = 64;
    private const double NanosecondsPerElement = 0.15;

    public static Action Sweep(ThreadTeam team, float factor, int length, float* x, float* sum) =>
        HostTask.Bind(team, new SumKernel(factor, x, sum), length, NanosecondsPerElement, Grain);

    /// <summary>Units are elements.</summary>
    private readonly struct SumKernel(float factor, float* x, float* sum) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd scale = TSimd.Splat(factor);
            float* x1 = x, sum1 = sum;
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
                TSimd.Fma(scale, TSimd.Load(x1 + i), TSimd.Load(sum1 + i)).Store(sum1 + i);
            if (i < end)
                TSimd.Fma(scale, TSimd.LoadPart(x1 + i, end - i), TSimd.LoadPart(sum1 + i, end - i))
                    .StorePart(sum1 + i, end - i);
        }
    }
}
