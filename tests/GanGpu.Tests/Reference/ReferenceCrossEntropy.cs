using GanGpu.Kernels.Losses;

namespace GanGpu.Tests.Reference;

/// <summary>The sigmoid cross-entropy of logits, its gradient and its metrics in float64.</summary>
internal static class ReferenceCrossEntropy
{
    public static (double[] Gradient, double[] Metrics) Of(BinaryTargets targets, float[] logits) =>
        Of(targets, Array.ConvertAll(logits, logit => (double)logit));

    public static (double[] Gradient, double[] Metrics) Of(BinaryTargets targets, double[] logits)
    {
        double[] gradient = new double[logits.Length], metrics = new double[4];
        for (int i = 0; i < logits.Length; i++)
        {
            bool first = i < targets.Split;
            double x = logits[i], t = first ? targets.First : targets.Second, tail = Math.Exp(-Math.Abs(x));
            int rows = first ? targets.Split : logits.Length - targets.Split;
            // σ(x) − t as 1 − t − σ(−x) where x is positive: with t = 1 the difference is then as exact as its tail.
            double difference = x > 0 ? 1 - t - (tail / (1 + tail)) : (tail / (1 + tail)) - t;
            gradient[i] = (first ? targets.FirstWeight : targets.SecondWeight) * difference / rows;
            metrics[first ? 0 : 1] += (Math.Max(x, 0) - (x * t) + Math.Log(1 + tail)) / rows;
            metrics[first ? 2 : 3] += (t >= 0.5 ? x > 0 : x <= 0) ? 1.0 / rows : 0;
        }

        return (gradient, metrics);
    }
}
