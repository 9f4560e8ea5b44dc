using GanGpu.Kernels.Reduction;

namespace GanGpu.Tests.Reference;

/// <summary>Normalisation in float64 with plain loops.</summary>
internal static class ReferenceNormalization
{
    public static double[] Sums(RowGroups shape, double[] x)
    {
        double[] sums = new double[shape.StatsLength];
        for (int i = 0; i < x.Length; i++)
            sums[Statistic(shape, i)] += x[i];
        return sums;
    }

    /// <summary>x̂, mean, variance, rstd.</summary>
    public static double[][] Normalize(RowGroups shape, double epsilon, double[] x)
    {
        double[] mean = [.. Sums(shape, x).Select(sum => sum / shape.Rows)];
        double[] variance = [
            .. Sums(shape, [.. x.Select((value, i) => Math.Pow(value - mean[Statistic(shape, i)], 2))])
            .Select(sum => sum / shape.Rows)];
        double[] rstd = [.. variance.Select(value => 1 / Math.Sqrt(value + epsilon))];
        return [[.. x.Select((value, i) => (value - mean[Statistic(shape, i)]) * rstd[Statistic(shape, i)])], mean,
            variance, rstd];
    }

    public static double[] NormalizeGradient(RowGroups shape, double[] dy, double[] normalized, double[] rstd)
    {
        double[] sums = Sums(shape, dy), dots = Sums(shape, [.. dy.Select((value, i) => value * normalized[i])]);
        return [.. dy.Select((value, i) =>
        {
            int statistic = Statistic(shape, i);
            return rstd[statistic]
                * (value - (sums[statistic] / shape.Rows) - (normalized[i] * dots[statistic] / shape.Rows));
        })];
    }

    /// <summary>The new mean and variance.</summary>
    public static double[][] Running(
        double momentum, double factor, double[] runningMean, double[] runningVariance, double[] mean,
        double[] variance)
    {
        double[] newMean = [.. runningMean], newVariance = [.. runningVariance];
        for (int i = 0; i < mean.Length; i++)
        {
            int c = i % newMean.Length;
            newMean[c] = ((1 - momentum) * newMean[c]) + (momentum * mean[i]);
            newVariance[c] = ((1 - momentum) * newVariance[c]) + (momentum * factor * variance[i]);
        }

        return [newMean, newVariance];
    }

    /// <summary>The index of an element's group and column in a statistic.</summary>
    public static int Statistic(RowGroups shape, int i) =>
        (i / shape.GroupLength * shape.Columns) + (i % shape.Columns);
}
