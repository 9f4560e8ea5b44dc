namespace GanGpu.PyTorch;

/// <summary>
/// Spectrally normalised weights on the host, see <see cref="Networks.Layers.SpectralNorm"/>: written divided by their
/// norm, as the network uses them, for PyTorch has no need of the norm any more.
/// </summary>
internal static class SpectralWeight
{
    private const double LeastNorm = 1e-12;
    private const int MostIterations = 1000;

    /// <summary>σ of a weight by the power iteration that a network makes that is not trained.</summary>
    /// <param name="weight">inputs × outputs, row-major.</param>
    /// <param name="u">outputs values.</param>
    /// <param name="next">Receives u after the iteration; may be u itself.</param>
    public static double Norm(ReadOnlySpan<float> weight, ReadOnlySpan<double> u, Span<double> next)
    {
        double[] v = new double[weight.Length / u.Length], image = new double[u.Length];
        for (int row = 0; row < v.Length; row++)
        {
            double sum = 0;
            for (int column = 0; column < u.Length; column++)
                sum += weight[(row * u.Length) + column] * u[column];
            v[row] = sum;
        }

        Scale(v);
        for (int row = 0; row < v.Length; row++)
        {
            for (int column = 0; column < image.Length; column++)
                image[column] += v[row] * weight[(row * image.Length) + column];
        }

        double norm = Scale(image);
        image.CopyTo(next);
        return norm;
    }

    /// <summary>The u of a weight whose own is not known: iterated until the norm stays as it is.</summary>
    /// <param name="weight">inputs × outputs, row-major.</param>
    /// <param name="outputs">Its columns.</param>
    public static float[] Direction(ReadOnlySpan<float> weight, int outputs)
    {
        // Of different values, so that it is hardly at right angles to what is looked for.
        double[] u = [.. Enumerable.Range(0, outputs).Select(i => Math.Cos(1 + (0.7 * i)))];
        double before = 0;
        for (int i = 0; i < MostIterations; i++)
        {
            double norm = Norm(weight, u, u);
            if (Math.Abs(norm - before) <= 1e-12 * norm)
                break;
            before = norm;
        }

        return [.. u.Select(value => (float)value)];
    }

    private static double Scale(Span<double> vector)
    {
        double norm = 0;
        foreach (double value in vector)
            norm += value * value;
        norm = Math.Sqrt(norm);
        foreach (ref double value in vector)
            value /= Math.Max(norm, LeastNorm);
        return norm;
    }
}
