namespace GanGpu.Measures;

/// <summary>How far the samples of a set lie apart.</summary>
internal static class NearestNeighbours
{
    /// <summary>
    /// The squared distance of each sample to its k-th nearest neighbour in the set, itself left out; in float64, and 0
    /// where k others are the same.
    /// </summary>
    /// <exception cref="InvalidInputException">The set has no k others.</exception>
    public static double[] SquaredRadii(Device device, FeatureSet set, int k, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (set.Count <= k)
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"{set.Count} samples have no {k} neighbours each; take at least {k + 1}."));
        double[] radii = new double[set.Count];
        ExactDistances exact = new(set, set);
        SquaredDistances.ForEachRow(device, set, set, Visit, cancellation);
        return radii;

        void Visit(int row, Span<float> distances, float slack)
        {
            // With the sample itself.
            if (exact.SameAs(row) > k)
                return;
            Span<double> least = k <= 64 ? stackalloc double[k] : new double[k];
            least.Fill(double.PositiveInfinity);
            for (int i = 0; i < distances.Length; i++)
            {
                if (i != row)
                    Insert(least, distances[i]);
            }

            // Those that may be among the k nearest, and no others.
            double farthest = least[^1] + (2.0 * slack);
            least.Fill(double.PositiveInfinity);
            for (int i = 0; i < distances.Length; i++)
            {
                if (i != row && distances[i] <= farthest)
                    Insert(least, exact.Of(row, i));
            }

            radii[row] = least[^1];
        }
    }

    /// <summary>Puts a distance among the least so far, in order.</summary>
    private static void Insert(Span<double> least, double distance)
    {
        if (distance >= least[^1])
            return;
        int place = least.Length - 1;
        for (; place > 0 && least[place - 1] > distance; place--)
            least[place] = least[place - 1];
        least[place] = distance;
    }
}
