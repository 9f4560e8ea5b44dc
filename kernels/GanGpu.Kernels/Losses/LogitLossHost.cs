using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The adversarial losses of logits x[n] and their gradient. Overwrites gradient[n] = weight · ∂l/∂x / rows of the
/// part, with l of VectorLogitLosses.cs, and metrics[4] = (mean l of the first part, of the second, share of logits on
/// their target's side of the loss's border in the first, in the second). Relativistic pairing works on pairs, as in
/// <see cref="LogitLossGpu"/>. One thread does everything: n is a batch, and the sums keep their order.
/// </summary>
internal static unsafe class LogitLossHost
{
    private const int ShortSum = 1024;

    public static Action Bind(
        ThreadTeam team, LogitLossKind kind, BinaryTargets targets, int length, float* logits, float* gradient,
        float* metrics) => kind switch
        {
            LogitLossKind.SigmoidCrossEntropy =>
                Bind<VectorSigmoidCrossEntropy>(team, targets, length, logits, gradient, metrics),
            LogitLossKind.LeastSquares => Bind<VectorLeastSquares>(team, targets, length, logits, gradient, metrics),
            LogitLossKind.Hinge => Bind<VectorHinge>(team, targets, length, logits, gradient, metrics),
            LogitLossKind.Linear => Bind<VectorLinear>(team, targets, length, logits, gradient, metrics),
            LogitLossKind.RelativisticPairing =>
                HostTask.Bind(team, new PairKernel(targets, length / 2, logits, gradient, metrics), 1, 0.0),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a loss of logits."),
        };

    private static Action Bind<TLoss>(
        ThreadTeam team, BinaryTargets targets, int length, float* logits, float* gradient, float* metrics)
        where TLoss : struct, IVectorLogitLoss =>
        HostTask.Bind(team, new Kernel<TLoss>(targets, length, logits, gradient, metrics), 1, 0.0);

    /// <summary>There is a single unit.</summary>
    private readonly struct Kernel<TLoss>(
        BinaryTargets targets, int length, float* logits, float* gradient, float* metrics) : IHostKernel
        where TLoss : struct, IVectorLogitLoss
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            Part<TSimd>(0, targets.Split, targets.First, targets.FirstWeight, metrics);
            Part<TSimd>(targets.Split, length, targets.Second, targets.SecondWeight, metrics + 1);
        }

        /// <summary>The rows of one target. Their loss goes to metrics[0] and their share to metrics[2].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Part<TSimd>(int start, int end, float target, float weight, float* metrics)
            where TSimd : struct, ISimd<TSimd>
        {
            int rows = end - start;
            if (rows == 0)
            {
                metrics[0] = metrics[2] = 0f;
                return;
            }

            TSimd t = TSimd.Splat(target), scale = TSimd.Splat(weight / rows), zero = TSimd.Splat(0f),
                one = TSimd.Splat(1f);
            TSimd border = TSimd.Splat(TLoss.Border), pastBorder = TSimd.Splat(MathF.BitIncrement(TLoss.Border));
            TSimd above = zero, notAbove = zero;
            double total = 0;
            int i = start, padding = 0;
            while (i <= end - TSimd.Count)
            {
                // Short sums in float are added in double, so that the mean of a million logits is as accurate as that
                // of a hundred.
                TSimd losses = zero;
                int stop = Math.Min(end, i + ShortSum);
                for (; i <= stop - TSimd.Count; i += TSimd.Count)
                {
                    TSimd x = TSimd.Load(logits + i);
                    losses += TLoss.At(x, t, out TSimd slope);
                    above += TSimd.WhereGreater(x, border, one, zero);
                    // 1 if x ≤ border. Neither comparison counts NaN.
                    notAbove += TSimd.WhereGreater(pastBorder, x, one, zero);
                    (scale * slope).Store(gradient + i);
                }

                total += TSimd.Sum(losses);
            }

            if (i < end)
            {
                int n = end - i;
                TSimd x = TSimd.LoadPart(logits + i, n);
                TSimd loss = TLoss.At(x, t, out TSimd slope);
                above += TSimd.WhereGreater(x, border, one, zero);
                notAbove += TSimd.WhereGreater(pastBorder, x, one, zero);
                // The lanes past the end hold a logit of 0, which is not above any border.
                padding = TSimd.Count - n;
                (scale * slope).StorePart(gradient + i, n);

                // They also hold its loss, so only the first n lanes count.
                total += FirstLanes(loss, n);
            }

            metrics[0] = (float)(total / rows);
            metrics[2] = (target >= 0.5f ? TSimd.Sum(above) : TSimd.Sum(notAbove) - padding) / rows;
        }
    }

    /// <summary>Relativistic pairing. There is a single unit.</summary>
    private readonly struct PairKernel(BinaryTargets targets, int pairs, float* logits, float* gradient, float* metrics)
        : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            float sign = targets.First > targets.Second ? 1f : -1f;
            TSimd zero = TSimd.Splat(0f), one = TSimd.Splat(1f), direction = TSimd.Splat(sign),
                scale = TSimd.Splat(sign * targets.FirstWeight / pairs), ranked = zero;
            float* x = logits, y = logits + pairs, dx = gradient, dy = gradient + pairs;
            double total = 0;
            int i = 0;
            while (i <= pairs - TSimd.Count)
            {
                TSimd losses = zero;
                int stop = Math.Min(pairs, i + ShortSum);
                for (; i <= stop - TSimd.Count; i += TSimd.Count)
                {
                    TSimd difference = TSimd.Load(x + i) - TSimd.Load(y + i);
                    // log(1 + e^−z) is the cross-entropy of z with target 1.
                    losses += VectorSigmoidCrossEntropy.At(direction * difference, one, out TSimd slope);
                    ranked += TSimd.WhereGreater(difference, zero, one, zero);
                    (scale * slope).Store(dx + i);
                    (zero - scale * slope).Store(dy + i);
                }

                total += TSimd.Sum(losses);
            }

            if (i < pairs)
            {
                int n = pairs - i;
                TSimd difference = TSimd.LoadPart(x + i, n) - TSimd.LoadPart(y + i, n);
                TSimd loss = VectorSigmoidCrossEntropy.At(direction * difference, one, out TSimd slope);
                ranked += TSimd.WhereGreater(difference, zero, one, zero);
                (scale * slope).StorePart(dx + i, n);
                (zero - scale * slope).StorePart(dy + i, n);
                total += FirstLanes(loss, n);
            }

            metrics[0] = (float)(total / pairs);
            metrics[1] = 0f;
            metrics[2] = metrics[3] = TSimd.Sum(ranked) / pairs;
        }
    }

    /// <summary>The sum of the first n lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double FirstLanes<TSimd>(TSimd values, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        double sum = 0;
        float* lanes = stackalloc float[TSimd.Count];
        values.Store(lanes);
        for (int lane = 0; lane < n; lane++)
            sum += lanes[lane];
        return sum;
    }
}
