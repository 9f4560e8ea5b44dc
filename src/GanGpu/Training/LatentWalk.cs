namespace GanGpu;

/// <summary>Latent vectors, the generator's inputs: interpolated, and truncated.</summary>
public static partial class Latents
{
    /// <summary>Below this sine two directions are taken for parallel or opposite.</summary>
    private const double LeastSine = 1e-6;

    /// <summary>A vector between two.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends; of the same length.</param>
    /// <param name="share">How much of the way, 0 to 1.</param>
    /// <param name="how">Along which way.</param>
    /// <param name="target">Receives the vector.</param>
    /// <exception cref="ArgumentException">The vectors differ in length.</exception>
    public static void Interpolate(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double share, Interpolation how,
        Span<float> target)
    {
        if (from.Length != to.Length || from.Length != target.Length)
            throw new ArgumentException(
                $"Vectors of {from.Length}, {to.Length} and {target.Length} values have nothing between them.",
                nameof(to));
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of the way is 0 to 1.");
        (double first, double second) = (1 - share, share);
        if (how == Interpolation.Spherical)
        {
            double product = 0, fromSquares = 0, toSquares = 0;
            for (int i = 0; i < from.Length; i++)
            {
                product += (double)from[i] * to[i];
                fromSquares += (double)from[i] * from[i];
                toSquares += (double)to[i] * to[i];
            }

            double angle = Math.Acos(Math.Clamp(product / (Math.Sqrt(fromSquares) * Math.Sqrt(toSquares)), -1, 1)),
                sine = Math.Sin(angle);
            // With a vector of zeros there is no angle, and this is no number.
            if (sine > LeastSine)
                (first, second) = (Math.Sin((1 - share) * angle) / sine, Math.Sin(share * angle) / sine);
        }

        for (int i = 0; i < target.Length; i++)
            target[i] = (float)((first * from[i]) + (second * to[i]));
    }

    /// <summary>The points of several walks at once, from one set of latent vectors to the next.</summary>
    /// <param name="waypoints">At least two sets of as many vectors; walk i goes through the i-th of each.</param>
    /// <param name="vectorSize">Values of a vector.</param>
    /// <param name="steps">Steps from a set to the next, at least 1.</param>
    /// <param name="how">Along which way.</param>
    /// <param name="closed">Whether it goes back from the last set to the first; that one then is not there
    /// twice.</param>
    /// <returns>For each point in time a set of vectors, each made when it is asked for.</returns>
    /// <exception cref="ArgumentException">The sets differ in size, or are fewer than two.</exception>
    public static IEnumerable<float[]> Walk(
        IReadOnlyList<float[]> waypoints, int vectorSize, int steps, Interpolation how, bool closed)
    {
        ArgumentNullException.ThrowIfNull(waypoints);
        ArgumentOutOfRangeException.ThrowIfLessThan(vectorSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (waypoints.Count < 2)
            throw new ArgumentException("A walk has at least two ends.", nameof(waypoints));
        if (waypoints.Any(set => set.Length != waypoints[0].Length || set.Length == 0 || set.Length % vectorSize != 0))
            throw new ArgumentException(
                $"All sets must have as many vectors of {vectorSize} values.", nameof(waypoints));
        return Points();

        IEnumerable<float[]> Points()
        {
            int legs = closed ? waypoints.Count : waypoints.Count - 1;
            for (int leg = 0; leg < legs; leg++)
            {
                for (int step = 0; step < steps; step++)
                    yield return Point(waypoints[leg], waypoints[(leg + 1) % waypoints.Count], (double)step / steps);
            }

            if (!closed)
                yield return [.. waypoints[^1]];
        }

        float[] Point(float[] from, float[] to, double share)
        {
            float[] point = new float[from.Length];
            for (int first = 0; first < point.Length; first += vectorSize)
                Interpolate(from.AsSpan(first, vectorSize), to.AsSpan(first, vectorSize), share, how,
                    point.AsSpan(first, vectorSize));
            return point;
        }
    }
}
