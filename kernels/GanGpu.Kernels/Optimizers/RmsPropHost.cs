using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// RMSProp (see <see cref="RmsPropOptions"/>): v ← α·v + (1−α)·g², θ ← θ − coefficients[0] · g / (√v + ε). Overwrites v
/// and θ.
/// </summary>
internal static unsafe class RmsPropHost
{
    private const int Grain = 64;
    private const double NanosecondsPerElement = 0.25;

    /// <summary>One step over length parameters.</summary>
    public static Action Sweep(
        ThreadTeam team, RmsPropOptions options, int length, float* coefficients, float* parameters, float* gradients,
        float* meanSquare) =>
        HostTask.Bind(
            team, new SweepKernel(options, coefficients, parameters, gradients, meanSquare), length,
            NanosecondsPerElement, Grain);

    /// <summary>Units are elements.</summary>
    private readonly struct SweepKernel(
        RmsPropOptions options, float* coefficients, float* parameters, float* gradients, float* meanSquare)
        : IHostKernel
    {
        // The complement is taken before rounding: 1 − 0.99f is 0.0099999905, not 0.01.
        private readonly float alpha = (float)options.Alpha, oneMinusAlpha = (float)(1 - options.Alpha),
            epsilon = (float)options.Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd decay = TSimd.Splat(alpha), oneMinusDecay = TSimd.Splat(oneMinusAlpha),
                step = TSimd.Splat(-coefficients[0]), eps = TSimd.Splat(epsilon);
            float* theta = parameters, g = gradients, v = meanSquare;
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TSimd v1 = TSimd.Load(v + i);
                Step(decay, oneMinusDecay, step, eps, TSimd.Load(g + i), ref v1, TSimd.Load(theta + i))
                    .Store(theta + i);
                v1.Store(v + i);
            }

            if (i < end)
            {
                int n = end - i;
                TSimd v1 = TSimd.LoadPart(v + i, n);
                Step(decay, oneMinusDecay, step, eps, TSimd.LoadPart(g + i, n), ref v1, TSimd.LoadPart(theta + i, n))
                    .StorePart(theta + i, n);
                v1.StorePart(v + i, n);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Step<TSimd>(
            TSimd decay, TSimd oneMinusDecay, TSimd negativeRate, TSimd epsilon, TSimd g, ref TSimd v, TSimd theta)
            where TSimd : struct, ISimd<TSimd>
        {
            // Not v + (1 − α)·(g² − v): if g² is much smaller than v, only the rounding error of v would be left.
            v = TSimd.Fma(decay, v, oneMinusDecay * g * g);
            return TSimd.Fma(negativeRate, g / (TSimd.Sqrt(v) + epsilon), theta);
        }
    }
}
