using GanGpu.Kernels.Losses;

namespace GanGpu.Tests.Reference;

/// <summary>The softmax and its cross-entropy in float64.</summary>
internal static class ReferenceSoftmax
{
    public static double[] Softmax(int columns, double[] x) =>
        [.. x.Chunk(columns).SelectMany(row => row.Select(value => Math.Exp(value - LogSumExp(row))))];

    public static double LogSumExp(double[] row)
    {
        double greatest = row.Max();
        return greatest + Math.Log(row.Sum(value => Math.Exp(value - greatest)));
    }

    public static (double[] Gradient, double[] Results, double[] Metrics) CrossEntropy(
        int classes, ClassTargets targets, double[] logits, double[] labels)
    {
        int rows = labels.Length;
        double[] gradient = new double[logits.Length], results = new double[2 * rows], metrics = new double[4];
        for (int r = 0; r < rows; r++)
        {
            int part = r < targets.Split ? 0 : 1, label = (int)labels[r];
            if (!IsLabel(labels[r]))
                continue;
            int counted = labels.Where((other, i) => (i < targets.Split ? 0 : 1) == part && IsLabel(other)).Count();
            double[] row = logits[(r * classes)..((r + 1) * classes)];
            // The others relative to the label: a sure and right row keeps its digits.
            double others = row.Where((_, c) => c != label).Sum(x => Math.Exp(x - row[label]));
            results[2 * r] = double.IsFinite(others) ? (others < 1e-9 ? others : Math.Log(1 + others))
                : LogSumExp(row) - row[label];
            results[(2 * r) + 1] = Array.IndexOf(row, row.Max()) == label ? 1 : 0;
            metrics[part] += results[2 * r] / counted;
            metrics[2 + part] += results[(2 * r) + 1] / counted;
            for (int c = 0; c < classes; c++)
            {
                double share = Math.Exp(row[c] - LogSumExp(row)), lost = double.IsFinite(others)
                    ? others / (1 + others) : 1;
                gradient[(r * classes) + c] = (part == 0 ? targets.FirstWeight : targets.SecondWeight) / counted
                    * (c == label ? -lost : share);
            }
        }

        return (gradient, results, metrics);

        bool IsLabel(double label) => label >= 0 && label < classes;
    }
}
