using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// The sigmoid cross-entropy of logits x[n] against targets t, from the logits so that a confident discriminator makes no
/// NaN: l = max(x,0) − x·t + log1p(e^−|x|). Overwrites gradient[n] = weight · (σ(x) − t) / rows of the part, and
/// figures[4] = mean l of the first part, of the second, share of logits on their target's side, of the second's.
/// One thread does it all: n is a batch, and the sums keep their order.
/// </summary>
internal static unsafe class SigmoidCrossEntropyHost
{
    private const int ShortSum = 1024;

    public static Action Bind(ThreadTeam team, BinaryTargets targets, int length, float* logits, float* gradient, float* figures) =>
        HostTask.Bind(team, new Kernel(targets, length, logits, gradient, figures), 1, 0.0);

    /// <summary>The only unit is the whole.</summary>
    private readonly struct Kernel(BinaryTargets targets, int length, float* logits, float* gradient, float* figures) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            Part<TSimd>(0, targets.Split, targets.First, targets.FirstWeight, figures);
            Part<TSimd>(targets.Split, length, targets.Second, targets.SecondWeight, figures + 1);
        }

        /// <summary>The rows of one target. Its loss goes to figures[0] and its share to figures[2].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Part<TSimd>(int start, int end, float target, float weight, float* figures)
            where TSimd : struct, ISimd<TSimd>
        {
            int rows = end - start;
            if (rows == 0)
            {
                figures[0] = figures[2] = 0f;
                return;
            }

            TSimd t = TSimd.Splat(target), scale = TSimd.Splat(weight / rows), zero = TSimd.Splat(0f), one = TSimd.Splat(1f);
            TSimd above = zero, notAbove = zero;
            double total = 0;
            int i = start, padding = 0;
            while (i <= end - TSimd.Count)
            {
                // Short sums in float, their sum in double, so that a million logits have as good a mean as a hundred.
                TSimd losses = zero;
                int stop = Math.Min(end, i + ShortSum);
                for (; i <= stop - TSimd.Count; i += TSimd.Count)
                {
                    TSimd x = TSimd.Load(logits + i);
                    losses += LossAndSlope(x, t, out TSimd slope);
                    above += TSimd.WhereGreater(x, zero, one, zero);
                    notAbove += NotAbove(x);
                    (scale * slope).Store(gradient + i);
                }

                total += TSimd.Sum(losses);
            }

            if (i < end)
            {
                int n = end - i;
                TSimd x = TSimd.LoadPart(logits + i, n);
                TSimd loss = LossAndSlope(x, t, out TSimd slope);
                above += TSimd.WhereGreater(x, zero, one, zero);
                notAbove += NotAbove(x);
                // The lanes past the end hold a logit 0, which is not above zero.
                padding = TSimd.Count - n;
                (scale * slope).StorePart(gradient + i, n);

                // They hold its loss too, so only the first n count.
                float* lanes = stackalloc float[TSimd.Count];
                loss.Store(lanes);
                for (int lane = 0; lane < n; lane++)
                    total += lanes[lane];
            }

            figures[0] = (float)(total / rows);
            figures[2] = (target >= 0.5f ? TSimd.Sum(above) : TSimd.Sum(notAbove) - padding) / rows;
        }

        /// <summary>1 where x ≤ 0, 0 elsewhere and for what is no number.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd NotAbove<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> =>
            TSimd.WhereGreater(TSimd.Splat(float.Epsilon), x, TSimd.Splat(1f), TSimd.Splat(0f));

        /// <summary>l, and σ(x) − t.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd LossAndSlope<TSimd>(TSimd x, TSimd t, out TSimd slope)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd zero = TSimd.Splat(0f), one = TSimd.Splat(1f);
            TSimd exp = VectorMath.Exp(TSimd.Abs(x) ^ TSimd.Splat(-0f));
            // Without σ being rounded to 1 first: a sure and right logit keeps its small gradient.
            TSimd tail = exp / (one + exp);
            slope = TSimd.WhereGreater(x, zero, one - t - tail, tail - t);
            return TSimd.Max(zero, x) - x * t + VectorMath.Log1pOfUnit(exp);
        }
    }
}
