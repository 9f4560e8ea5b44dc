using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1, in the order of its
/// section 2): m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g², θ ← θ − c0 · m / (√v · c1 + ε). <see cref="AdvanceStepHost"/>
/// computes c0 = α / (1 − β1^t) and c1 = 1 / √(1 − β2^t). Overwrites m, v and θ.
/// </summary>
internal static unsafe class AdamHost
{
    private const int Grain = 64;
    private const double NanosecondsPerElement = 0.3;

    /// <summary>One step over length parameters.</summary>
    public static Action Sweep(
        ThreadTeam team, AdamOptions options, int length, float* coefficients, float* parameters, float* gradients,
        float* firstMoment, float* secondMoment) =>
        HostTask.Bind(
            team, new SweepKernel(options, coefficients, parameters, gradients, firstMoment, secondMoment), length,
            NanosecondsPerElement, Grain);

    /// <summary>Units are elements.</summary>
    private readonly struct SweepKernel(
        AdamOptions options, float* coefficients, float* parameters, float* gradients, float* firstMoment,
        float* secondMoment) : IHostKernel
    {
        private readonly float beta1 = (float)options.Beta1, newPart1 = (float)(1 - options.Beta1);
        private readonly float beta2 = (float)options.Beta2, newPart2 = (float)(1 - options.Beta2);
        private readonly float epsilon = (float)options.Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            Constants<TSimd> constants = new()
            {
                Beta1 = TSimd.Splat(beta1),
                NewPart1 = TSimd.Splat(newPart1),
                Beta2 = TSimd.Splat(beta2),
                NewPart2 = TSimd.Splat(newPart2),
                NegativeStepSize = TSimd.Splat(-coefficients[0]),
                RootScale = TSimd.Splat(coefficients[1]),
                Epsilon = TSimd.Splat(epsilon),
            };
            float* theta = parameters, g = gradients, m = firstMoment, v = secondMoment;
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TSimd m1 = TSimd.Load(m + i), v1 = TSimd.Load(v + i);
                Step(constants, TSimd.Load(g + i), ref m1, ref v1, TSimd.Load(theta + i)).Store(theta + i);
                m1.Store(m + i);
                v1.Store(v + i);
            }

            if (i < end)
            {
                int n = end - i;
                TSimd m1 = TSimd.LoadPart(m + i, n), v1 = TSimd.LoadPart(v + i, n);
                Step(constants, TSimd.LoadPart(g + i, n), ref m1, ref v1, TSimd.LoadPart(theta + i, n))
                    .StorePart(theta + i, n);
                m1.StorePart(m + i, n);
                v1.StorePart(v + i, n);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Step<TSimd>(in Constants<TSimd> c, TSimd g, ref TSimd m, ref TSimd v, TSimd theta)
            where TSimd : struct, ISimd<TSimd>
        {
            m = TSimd.Fma(c.NewPart1, g - m, m);
            v = TSimd.Fma(c.NewPart2, TSimd.Fma(g, g, TSimd.Splat(0f) - v), v);
            TSimd normal = TSimd.Min(TSimd.Splat(float.MaxValue), TSimd.Max(TSimd.Splat(1.2e-38f), v));
            TSimd root = TSimd.SqrtOfNormal(normal);
            return TSimd.Fma(c.NegativeStepSize, TSimd.Quotient(m, TSimd.Fma(root, c.RootScale, c.Epsilon)), theta);
        }
    }

    private struct Constants<TSimd>
    {
        public TSimd Beta1, NewPart1, Beta2, NewPart2, NegativeStepSize, RootScale, Epsilon;
    }
}
