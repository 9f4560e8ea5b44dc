using GanGpu.Kernels;

namespace GanGpu.Measures;

/// <summary>
/// How far samples lie from the nearest training sample, next to real samples that were not trained on.
/// </summary>
/// <param name="Generated">Of generated samples.</param>
/// <param name="HeldOut">Of real samples that were not trained on; null where there are none.</param>
/// <param name="ShareNearer">
/// The share of pairs of a generated and a held-out sample in which the generated one lies nearer to the training
/// samples, 0..1, ties counted half: about ½ where the generator makes samples as new as held-out ones are; near 1
/// where it copies, or makes less of a picture than the data holds; near 0 where its samples are noisy. Null where
/// there are no held-out samples.
/// </param>
internal sealed record MemorisationReport(NearestDistances Generated, NearestDistances? HeldOut, double? ShareNearer)
{
    /// <summary>Measures samples whose neighbours have been found.</summary>
    /// <param name="device">Where products are made; stays the caller's.</param>
    /// <param name="data">What was trained on.</param>
    /// <param name="heldOut">Real samples that were not; null where there are none.</param>
    /// <param name="neighbours">The neighbours of generated samples, see <see cref="TrainingNeighbours.Find"/>.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    public static MemorisationReport Of(
        Device device, DataSet data, DataSet? heldOut, IReadOnlyList<IReadOnlyList<Neighbour>> neighbours,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(neighbours);
        double[] generated = Nearest(neighbours);
        if (heldOut is null)
            return new MemorisationReport(NearestDistances.Of(generated), null, null);
        FeatureSet unseen = FeatureSet.Of(heldOut, 0, Math.Min(heldOut.Count, neighbours.Count));
        double[] compared = Nearest(TrainingNeighbours.Find(device, data, unseen, 1, cancellationToken));
        double nearer = 0;
        foreach (double distance in generated)
        {
            // How many of the sorted ones are greater, and how many the same.
            int from = First(compared, distance, orEqual: true), to = First(compared, distance, orEqual: false);
            nearer += compared.Length - to + ((to - from) / 2.0);
        }

        return new MemorisationReport(
            NearestDistances.Of(generated), NearestDistances.Of(compared),
            nearer / ((double)generated.Length * compared.Length));
    }

    private static double[] Nearest(IReadOnlyList<IReadOnlyList<Neighbour>> neighbours) =>
        [.. neighbours.Select(each => each[0].Distance).Order()];

    /// <summary>The first place in sorted values that is greater than a value, or also equal to it.</summary>
    private static int First(double[] sorted, double value, bool orEqual)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] > value || (orEqual && sorted[middle] == value))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(MemorisationReport), PrintMembers);
}

/// <summary>Distances of samples to the nearest training sample, of pixels in 0..1.</summary>
/// <param name="Samples">How many samples.</param>
/// <param name="Least">Of the sample that lies nearest,</param>
/// <param name="Median">of the one in the middle,</param>
/// <param name="Mean">and the mean of all.</param>
internal sealed record NearestDistances(int Samples, double Least, double Median, double Mean)
{
    /// <summary>Of sorted distances.</summary>
    internal static NearestDistances Of(double[] sorted) =>
        new(sorted.Length, sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2,
            sorted.Average());

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(NearestDistances), PrintMembers);
}
