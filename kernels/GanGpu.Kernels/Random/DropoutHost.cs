using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Random;

/// <summary>
/// Dropout masks (Srivastava et al. 2014): y[i] is 1 / keep with probability keep, otherwise 0, so that the mean does
/// not change. An element is kept if u_i &lt; keep, where u_i in [0, 1) is word i mod 4 of the Philox block with
/// counter (i/4, step, stream). Overwrites y. It is generated as noise on [−1, 1), which is exact, and compared in
/// place while it is in the cache.
/// </summary>
internal static unsafe class DropoutHost
{
    public static Action Bind(ThreadTeam team, float keep, ulong seed, uint stream, uint* step, int length, float* y) =>
        NoiseHost.Bind(team, NoiseDistribution.Uniform, seed, stream, step, length, y)
            + HostTask.Bind(team, new ThresholdKernel(keep, y), length, 0.1, 64);

    /// <summary>Units are elements.</summary>
    private readonly struct ThresholdKernel(float keep, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            // u = (noise + 1) / 2 without rounding, since noise is a multiple of 2^−23.
            TSimd half = TSimd.Splat(0.5f), threshold = TSimd.Splat(keep), value = TSimd.Splat(1f / keep),
                zero = TSimd.Splat(0f);
            for (int i = start; i < end; i += TSimd.Count)
            {
                int n = Math.Min(TSimd.Count, end - i);
                TSimd u = TSimd.Fma(half, Vectors.Load<TSimd>(y + i, n), half);
                Vectors.Store(TSimd.WhereGreater(threshold, u, value, zero), y + i, n);
            }
        }
    }
}
