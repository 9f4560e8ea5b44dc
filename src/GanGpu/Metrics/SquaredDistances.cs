using GanGpu.Devices;

namespace GanGpu.Metrics;

/// <summary>
/// The squared Euclidean distances of each sample of one set to all of another, as ‖a‖² + ‖b‖² − 2ab with the products from a
/// device, the rest in float64. Both sets are moved so that the second one's mean is zero: distances stay the same, and little
/// is lost to cancellation. What is: the error of a product, about 10⁻⁷ · √dimension · ‖a‖ ‖b‖, whatever the distance.
/// </summary>
internal static class SquaredDistances
{
    /// <summary>Looks at the rows of distances as <see cref="PairwiseProducts.ForEachRow"/> does at those of products; none is negative.</summary>
    public static void ForEachRow(Device device, FeatureSet a, FeatureSet b, PairwiseProducts.RowVisitor visit, CancellationToken cancellation)
    {
        double[] mean = Mean(b);
        FeatureSet left = Moved(a, mean), right = ReferenceEquals(a, b) ? left : Moved(b, mean);
        double[] leftNorms = Norms(left), rightNorms = ReferenceEquals(a, b) ? leftNorms : Norms(right);
        PairwiseProducts.ForEachRow(device, left, right, Visit, cancellation);

        void Visit(int row, Span<float> products)
        {
            double norm = leftNorms[row];
            for (int i = 0; i < products.Length; i++)
                products[i] = (float)Math.Max(0, norm + rightNorms[i] - (2.0 * products[i]));
            visit(row, products);
        }
    }

    private static double[] Mean(FeatureSet set)
    {
        double[] mean = new double[set.Dimension];
        for (int i = 0; i < set.Count; i++)
        {
            ReadOnlySpan<float> sample = set[i];
            for (int j = 0; j < mean.Length; j++)
                mean[j] += sample[j];
        }

        return Array.ConvertAll(mean, sum => sum / set.Count);
    }

    private static FeatureSet Moved(FeatureSet set, double[] by)
    {
        float[] values = new float[set.Values.Length];
        Parallel.For(0, set.Count, i =>
        {
            for (int j = 0; j < by.Length; j++)
                values[(i * by.Length) + j] = (float)(set.Values[(i * by.Length) + j] - by[j]);
        });
        return new FeatureSet(values, set.Count, set.Dimension);
    }

    private static double[] Norms(FeatureSet set)
    {
        double[] norms = new double[set.Count];
        Parallel.For(0, norms.Length, i =>
        {
            foreach (float value in set[i])
                norms[i] += (double)value * value;
        });
        return norms;
    }
}
