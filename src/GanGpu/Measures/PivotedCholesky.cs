namespace GanGpu.Measures;

/// <summary>
/// A = Rᵀ R of a positive semi-definite matrix in float64, the largest remaining diagonal first, so that it ends where
/// the rank does (Higham, Accuracy and Stability of Numerical Algorithms, section 10.3).
/// </summary>
internal static class PivotedCholesky
{
    private const int ColumnsAtOnce = 128;

    /// <summary>Decomposes a matrix; what is left of it is below n · 2⁻⁵² of its largest diagonal.</summary>
    /// <param name="matrix">n × n, symmetric, positive semi-definite to rounding; only read.</param>
    /// <param name="n">Rows.</param>
    /// <param name="cancellationToken">Ends it between rows.</param>
    /// <returns>The rows of R, of n numbers each; as many as the rank is.</returns>
    public static double[][] Decompose(double[] matrix, int n, CancellationToken cancellationToken = default)
    {
        List<double[]> rows = [];
        double[] left = [.. Enumerable.Range(0, n).Select(i => matrix[(i * n) + i])];
        double least = n * Math.ScaleB(1, -52) * left.Max();
        while (rows.Count < n)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int pivot = Array.IndexOf(left, left.Max());
            if (!(left[pivot] > least))
                break;
            double[] row = new double[n];
            double root = Math.Sqrt(left[pivot]);
            Parallel.For(0, (n + ColumnsAtOnce - 1) / ColumnsAtOnce, block =>
            {
                int first = block * ColumnsAtOnce, count = Math.Min(ColumnsAtOnce, n - first);
                Span<double> part = row.AsSpan(first, count);
                matrix.AsSpan((pivot * n) + first, count).CopyTo(part);
                foreach (double[] before in rows)
                    SymmetricEigen.AddScaled(part, before.AsSpan(first, count), -before[pivot]);
                for (int i = 0; i < count; i++)
                {
                    part[i] /= root;
                    left[first + i] -= part[i] * part[i];
                }
            });
            // Done with it, whatever rounding leaves.
            left[pivot] = double.NegativeInfinity;
            rows.Add(row);
        }

        return [.. rows];
    }
}
