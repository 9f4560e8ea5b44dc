using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>Clips x to ±limit in place; NaN stays NaN.</summary>
internal static unsafe class WeightClipHost
{
    private const int Grain = 64;
    private const double NanosecondsPerElement = 0.1;

    public static Action Sweep(ThreadTeam team, float limit, int length, float* x) =>
        HostTask.Bind(team, new ClipKernel(limit, x), length, NanosecondsPerElement, Grain);

    /// <summary>Units are elements.</summary>
    private readonly struct ClipKernel(float limit, float* x) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            // x is the second operand, so that NaN stays NaN.
            TSimd high = TSimd.Splat(limit), low = TSimd.Splat(-limit);
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
                TSimd.Max(low, TSimd.Min(high, TSimd.Load(x + i))).Store(x + i);
            if (i < end)
                TSimd.Max(low, TSimd.Min(high, TSimd.LoadPart(x + i, end - i))).StorePart(x + i, end - i);
        }
    }
}
