namespace GanGpu.Measures;

/// <summary>
/// The squared Euclidean distances of each sample of one set to all of another, as ‖a‖² + ‖b‖² − 2ab with the products
/// from a device, the rest in float64. Both sets are moved so that the second one's mean is zero: distances stay the
/// same, and little is lost to cancellation. What is: the error of a product, about 10⁻⁷ · √dimension · ‖a‖ ‖b‖,
/// whatever the distance; so that where a comparison hangs on it, <see cref="ExactDistances"/> decide.
/// </summary>
internal static class SquaredDistances
{
    /// <summary>
    /// Rounding errors of a product of float32, in units of √dimension · ‖a‖ ‖b‖ / 2²⁴, hardly come to a fourth of
    /// this.
    /// </summary>
    private const double Slack = 1.0 / (1 << 22);

    /// <summary>
    /// Looks at a row of distances. Rows come in no order and at the same time; the row is the visitor's to overwrite.
    /// </summary>
    /// <param name="row">The sample of the first set.</param>
    /// <param name="distances">Its squared distances to all samples of the second; none is negative.</param>
    /// <param name="slack">By so much at most they are off.</param>
    public delegate void RowVisitor(int row, Span<float> distances, float slack);

    /// <summary>
    /// Looks at the rows of distances as <see cref="PairwiseProducts.ForEachRow"/> does at those of products.
    /// </summary>
    public static void ForEachRow(
        Device device, FeatureSet a, FeatureSet b, RowVisitor visit, CancellationToken cancellation)
    {
        double[] mean = Mean(b);
        FeatureSet left = Moved(a, mean), right = ReferenceEquals(a, b) ? left : Moved(b, mean);
        double[] leftNorms = Norms(left), rightNorms = ReferenceEquals(a, b) ? leftNorms : Norms(right);
        // Squared norms bound products: 2‖a‖ ‖b‖ is at most ‖a‖² + ‖b‖². A short vector's rounding is of single values.
        double longest = rightNorms.Max(), unit = Slack * (Math.Sqrt(a.Dimension) + 4);
        PairwiseProducts.ForEachRow(device, left, right, Visit, cancellation);

        void Visit(int row, Span<float> products)
        {
            double norm = leftNorms[row];
            for (int i = 0; i < products.Length; i++)
                products[i] = (float)Math.Max(0, norm + rightNorms[i] - (2.0 * products[i]));
            visit(row, products, (float)(unit * (norm + longest)));
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
