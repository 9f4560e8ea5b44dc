using GanGpu.Kernels;

namespace GanGpu.Measures;

/// <summary>A sample of the data near to another one.</summary>
/// <param name="Index">Its place in the data set, from 0.</param>
/// <param name="Distance">The Euclidean distance of the two, of pixels in 0..1 or of vectors as they are.</param>
internal sealed record Neighbour(int Index, double Distance)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(Neighbour), PrintMembers);
}

/// <summary>
/// The samples of a data set that are nearest to others, pixel by pixel. A generator that memorises makes samples that
/// lie next to single training samples, nearer than real samples do that it was not trained on. What is shifted or of
/// another brightness counts as far apart, so that copies may go unnoticed; and samples that are blurred lie nearer to
/// everything.
/// </summary>
internal static class TrainingNeighbours
{
    /// <summary>
    /// Values of training samples that are in memory as float32 at once: half a gigabyte with the copy that the
    /// products take.
    /// </summary>
    private const int BlockValues = 64 << 20;

    private static readonly Comparer<Neighbour> FarthestFirst =
        Comparer<Neighbour>.Create((a, b) => a.Distance != b.Distance ? b.Distance.CompareTo(a.Distance)
            : b.Index.CompareTo(a.Index));

    /// <summary>Finds the nearest training samples of each of some samples.</summary>
    /// <param name="device">Where products are made; stays the caller's.</param>
    /// <param name="data">What is searched.</param>
    /// <param name="samples">Whose neighbours are looked for; of the data's size.</param>
    /// <param name="count">Neighbours of each sample, 1 to 1000.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <returns>For each sample its neighbours, the nearest first; as many as the data has where it has
    /// fewer.</returns>
    /// <exception cref="InvalidInputException">The samples have another size than the data, or are no finite
    /// numbers.</exception>
    public static IReadOnlyList<IReadOnlyList<Neighbour>> Find(
        Device device, DataSet data, FeatureSet samples, int count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1000);
        if (samples.Dimension != data.SampleSize)
            throw new InvalidInputException(
                $"The samples have {samples.Dimension} values each, those of '{data.Name}' {data.SampleSize}; give " +
                "the data set that they were trained on.");
        List<Neighbour>[] found = [.. Enumerable.Range(0, samples.Count).Select(_ => new List<Neighbour>())];
        int block = Math.Max(1, BlockValues / data.SampleSize);
        for (int first = 0; first < data.Count; first += block)
        {
            FeatureSet part = FeatureSet.Of(data, first, Math.Min(block, data.Count - first));
            int offset = first;
            SquaredDistances.ForEachRow(device, samples, part, Visit, cancellationToken);

            // Each row is visited once, and has a list of its own.
            void Visit(int row, Span<float> distances, float slack)
            {
                PriorityQueue<Neighbour, Neighbour> farthestFirst = new(FarthestFirst);
                foreach (Neighbour earlier in found[row])
                    farthestFirst.Enqueue(earlier, earlier);
                // All that rounding may have kept from being among the nearest are looked at in float64.
                float most = Most(distances, count) + (2 * slack);
                for (int i = 0; i < distances.Length; i++)
                {
                    if (distances[i] > most)
                        continue;
                    Neighbour one = new(offset + i, Math.Sqrt(ExactDistances.Between(samples[row], part[i])));
                    if (farthestFirst.Count < count)
                        farthestFirst.Enqueue(one, one);
                    else
                        farthestFirst.EnqueueDequeue(one, one);
                }

                found[row] = [
                    .. farthestFirst.UnorderedItems.Select(item => item.Element).OrderBy(each => each.Distance)
                    .ThenBy(each => each.Index)];
            }
        }

        return found;
    }

    /// <summary>The greatest of the least distances.</summary>
    private static float Most(ReadOnlySpan<float> distances, int count)
    {
        PriorityQueue<float, float> farthestFirst = new();
        foreach (float distance in distances)
        {
            if (farthestFirst.Count < count)
                farthestFirst.Enqueue(distance, -distance);
            else if (distance < farthestFirst.Peek())
                farthestFirst.EnqueueDequeue(distance, -distance);
        }

        return farthestFirst.Peek();
    }
}
