using GanGpu.Devices;

namespace GanGpu.Metrics;

/// <summary>How far the samples of a set lie apart.</summary>
internal static class NearestNeighbours
{
    /// <summary>The squared distance of each sample to its k-th nearest neighbour in the set, itself left out.</summary>
    /// <exception cref="InvalidInputException">The set has no k others.</exception>
    public static float[] SquaredRadii(Device device, FeatureSet set, int k, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (set.Count <= k)
            throw new InvalidInputException(FormattableString.Invariant($"{set.Count} samples have no {k} neighbours each; take at least {k + 1}."));
        float[] radii = new float[set.Count];
        SquaredDistances.ForEachRow(device, set, set, Visit, cancellation);
        return radii;

        void Visit(int row, Span<float> distances)
        {
            Span<float> least = k <= 64 ? stackalloc float[k] : new float[k];
            least.Fill(float.PositiveInfinity);
            for (int i = 0; i < distances.Length; i++)
            {
                float distance = distances[i];
                if (distance >= least[^1] || i == row)
                    continue;
                int place = k - 1;
                for (; place > 0 && least[place - 1] > distance; place--)
                    least[place] = least[place - 1];
                least[place] = distance;
            }

            radii[row] = least[^1];
        }
    }
}
