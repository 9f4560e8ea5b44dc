using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Host;

/// <summary>
/// Fused multiply-adds on registers only, by every thread with the widest vectors: the processor's peak rate.
/// </summary>
internal static class ArithmeticPeakHost
{
    // Ten chains keep two units with a latency of four or five cycles busy; twelve chains and the two operands fit into
    // AVX2's 16 registers.
    private const int Chains = 12, RoundsPerUnit = 4096, UnitsPerThread = 64;

    /// <summary>Does <see cref="Flops"/> floating-point operations.</summary>
    public static Action Bind(ThreadTeam team)
    {
        int units = team.Threads * UnitsPerThread;
        return HostTask.Bind(team, new Kernel(new float[units]), units, nanosecondsPerUnit: RoundsPerUnit);
    }

    /// <summary>Floating-point operations of one call, a multiply-add counted as two.</summary>
    public static double Flops(ThreadTeam team) =>
        2.0 * Simd.Width * Chains * RoundsPerUnit * UnitsPerThread * team.Threads;

    /// <param name="sums">One for each unit: the compiler would drop results that nobody reads.</param>
    private readonly struct Kernel(float[] sums) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            // Each chain converges to 1, so that no number becomes too large or too small to be computed at full speed.
            TSimd a = TSimd.Splat(0.5f + (start * 1e-6f)), b = TSimd.Splat(0.5f);
            TSimd c0 = TSimd.Splat(0.10f), c1 = TSimd.Splat(0.11f), c2 = TSimd.Splat(0.12f), c3 = TSimd.Splat(0.13f);
            TSimd c4 = TSimd.Splat(0.14f), c5 = TSimd.Splat(0.15f), c6 = TSimd.Splat(0.16f), c7 = TSimd.Splat(0.17f);
            TSimd c8 = TSimd.Splat(0.18f), c9 = TSimd.Splat(0.19f), c10 = TSimd.Splat(0.20f), c11 = TSimd.Splat(0.21f);
            for (int i = (end - start) * RoundsPerUnit; i > 0; i--)
            {
                c0 = TSimd.Fma(c0, a, b);
                c1 = TSimd.Fma(c1, a, b);
                c2 = TSimd.Fma(c2, a, b);
                c3 = TSimd.Fma(c3, a, b);
                c4 = TSimd.Fma(c4, a, b);
                c5 = TSimd.Fma(c5, a, b);
                c6 = TSimd.Fma(c6, a, b);
                c7 = TSimd.Fma(c7, a, b);
                c8 = TSimd.Fma(c8, a, b);
                c9 = TSimd.Fma(c9, a, b);
                c10 = TSimd.Fma(c10, a, b);
                c11 = TSimd.Fma(c11, a, b);
            }

            sums[start] = TSimd.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
        }
    }
}
