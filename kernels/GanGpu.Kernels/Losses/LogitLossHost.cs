using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The adversarial losses of logits x[n] and their gradient. Overwrites gradient[n] = weight · ∂l/∂x / rows of the
/// part, l as in VectorLogitLosses.cs, and figures[4] = mean l of the first part, of the second, share of logits on
/// their target's side of the loss's border, of the second's. Relativistic pairing: of pairs, as in
/// <see cref="LogitLossGpu"/>. One thread does it all: n is a batch, and the sums keep their order.
/// </summary>
internal static unsafe class LogitLossHost
{
    private const int ShortSum = 1024;

    public static Action Bind(
        ThreadTeam team, LogitLossKind kind, BinaryTargets targets, int length, float* logits, float* gradient,
        float* figures) => kind switch
        {
            LogitLossKind.SigmoidCrossEntropy =>
                Bind<VectorSigmoidCrossEntropy>(team, targets, length, logits, gradient, figures),
            LogitLossKind.LeastSquares => Bind<VectorLeastSquares>(team, targets, length, logits, gradient, figures),
            LogitLossKind.Hinge => Bind<VectorHinge>(team, targets, length, logits, gradient, figures),
            LogitLossKind.Linear => Bind<VectorLinear>(team, targets, length, logits, gradient, figures),
            LogitLossKind.RelativisticPairing =>
                HostTask.Bind(team, new PairKernel(targets, length / 2, logits, gradient, figures), 1, 0.0),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a loss of logits."),
        };

    private static Action Bind<TLoss>(
        ThreadTeam team, BinaryTargets targets, int length, float* logits, float* gradient, float* figures)
        where TLoss : struct, IVectorLogitLoss =>
        HostTask.Bind(team, new Kernel<TLoss>(targets, length, logits, gradient, figures), 1, 0.0);

    /// <summary>The only unit is the whole.</summary>
    private readonly struct Kernel<TLoss>(
        BinaryTargets targets, int length, float* logits, float* gradient, float* figures) : IHostKernel
        where TLoss : struct, IVectorLogitLoss
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

            TSimd t = TSimd.Splat(target), scale = TSimd.Splat(weight / rows), zero = TSimd.Splat(0f),
                one = TSimd.Splat(1f);
            TSimd border = TSimd.Splat(TLoss.Border), pastBorder = TSimd.Splat(MathF.BitIncrement(TLoss.Border));
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
                    losses += TLoss.At(x, t, out TSimd slope);
                    above += TSimd.WhereGreater(x, border, one, zero);
                    // 1 where x ≤ border; neither counts what is no number.
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
                // The lanes past the end hold a logit 0, which is not above any border.
                padding = TSimd.Count - n;
                (scale * slope).StorePart(gradient + i, n);

                // They hold its loss too, so only the first n count.
                total += FirstLanes(loss, n);
            }

            figures[0] = (float)(total / rows);
            figures[2] = (target >= 0.5f ? TSimd.Sum(above) : TSimd.Sum(notAbove) - padding) / rows;
        }
    }

    /// <summary>Relativistic pairing; the only unit is the whole.</summary>
    private readonly struct PairKernel(BinaryTargets targets, int pairs, float* logits, float* gradient, float* figures)
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

            figures[0] = (float)(total / pairs);
            figures[1] = 0f;
            figures[2] = figures[3] = TSimd.Sum(ranked) / pairs;
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
