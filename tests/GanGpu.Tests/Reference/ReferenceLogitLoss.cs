using GanGpu.Graph;
using GanGpu.Kernels.Losses;

namespace GanGpu.Tests.Reference;

/// <summary>Every loss of logits, its gradient and its metrics in float64, from the formulas in their papers.</summary>
internal static class ReferenceLogitLoss
{
    public static (double[] Gradient, double[] Metrics) Of(
        LogitLossKind kind, BinaryTargets targets, double[] logits) => kind switch
        {
            LogitLossKind.SigmoidCrossEntropy => ReferenceCrossEntropy.Of(targets, logits),
            LogitLossKind.LeastSquares => OfEach(targets, logits, 0.5, (x, t) => ((x - t) * (x - t) / 2, x - t)),
            LogitLossKind.Hinge => OfEach(targets, logits, 0, (x, t) => (Math.Max(0, 1 - (t * x)), t * x < 1 ? -t : 0)),
            LogitLossKind.Linear => OfEach(targets, logits, 0, (x, t) => (-t * x, -t)),
            LogitLossKind.RelativisticPairing => OfPairs(targets, logits),
            _ => throw new NotSupportedException($"No float64 reference for {kind}."),
        };

    private static (double[] Gradient, double[] Metrics) OfEach(
        BinaryTargets targets, double[] logits, double border, Func<double, double, (double Loss, double Slope)> loss)
    {
        double[] gradient = new double[logits.Length], metrics = new double[LogitLoss.MetricCount];
        for (int i = 0; i < logits.Length; i++)
        {
            bool first = i < targets.Split;
            double t = first ? targets.First : targets.Second;
            int rows = first ? targets.Split : logits.Length - targets.Split;
            (double value, double slope) = loss(logits[i], t);
            gradient[i] = (first ? targets.FirstWeight : targets.SecondWeight) * slope / rows;
            metrics[first ? 0 : 1] += value / rows;
            metrics[first ? 2 : 3] += (t >= 0.5 ? logits[i] > border : logits[i] <= border) ? 1.0 / rows : 0;
        }

        return (gradient, metrics);
    }

    private static (double[] Gradient, double[] Metrics) OfPairs(BinaryTargets targets, double[] logits)
    {
        int pairs = logits.Length / 2;
        double[] gradient = new double[logits.Length], metrics = new double[LogitLoss.MetricCount];
        for (int i = 0; i < pairs; i++)
        {
            double difference = logits[i] - logits[pairs + i], direction = targets.First > targets.Second ? 1 : -1;
            double z = direction * difference;
            // log(1 + e^−z) and its derivative −1 / (1 + e^z), neither of which may overflow.
            metrics[0] += (Math.Max(-z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)))) / pairs;
            double slope = -direction * (z > 0 ? Math.Exp(-z) / (1 + Math.Exp(-z)) : 1 / (1 + Math.Exp(z)))
                * targets.FirstWeight / pairs;
            gradient[i] = slope;
            gradient[pairs + i] = -slope;
            metrics[2] += difference > 0 ? 1.0 / pairs : 0;
        }

        metrics[3] = metrics[2];
        return (gradient, metrics);
    }
}
