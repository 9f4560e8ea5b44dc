using System.Numerics;
using System.Runtime.InteropServices;

namespace GanGpu.Measures;

/// <summary>
/// Eigenvalues of a symmetric matrix in float64: Householder reflections make it tridiagonal, implicitly
/// shifted QR steps diagonal (Golub and Van Loan, Matrix Computations, sections 8.3.1 to 8.3.3).
/// </summary>
internal static class SymmetricEigen
{
    private const int MostStepsPerValue = 60;

    /// <summary>The eigenvalues, in no order.</summary>
    /// <param name="matrix">n × n, symmetric; overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <param name="cancellationToken">Ends it between columns.</param>
    /// <exception cref="ArithmeticException">A value is no finite number.</exception>
    public static double[] Values(double[] matrix, int n, CancellationToken cancellationToken = default)
    {
        if (Array.Exists(matrix, value => !double.IsFinite(value)))
            throw new ArithmeticException("A matrix with values that are no finite numbers has no eigenvalues.");
        (double[] diagonal, double[] beside) = Tridiagonalise(matrix, n, cancellationToken);
        Diagonalise(diagonal, beside, n, cancellationToken);
        return diagonal;
    }

    /// <summary>A = Qᵀ T Q: T's diagonal, and what lies beside it.</summary>
    private static (double[] Diagonal, double[] Beside) Tridiagonalise(
        double[] a, int n, CancellationToken cancellation)
    {
        double[] beside = new double[Math.Max(1, n - 1)];
        for (int k = 0; k < n - 2; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            // The reflection I − β v vᵀ takes what is below the diagonal in column k to its first place.
            int m = n - k - 1;
            double[] v = new double[m], p = new double[m];
            double below = 0;
            for (int i = 0; i < m; i++)
                below = Math.Max(below, Math.Abs(v[i] = a[((k + 1 + i) * n) + k]));
            if (below == 0)
                continue;
            // Scaled, so that squares neither overflow nor vanish.
            double length = 0;
            for (int i = 0; i < m; i++)
                length += (v[i] / below) * (v[i] / below);
            length = below * Math.Sqrt(length);
            double first = v[0] > 0 ? -length : length, head = v[0] - first;
            v[0] = 1;
            for (int i = 1; i < m; i++)
                v[i] /= head;
            double beta = -head / first;
            beside[k] = first;

            Parallel.For(0, m, i => p[i] = beta * Dot(a.AsSpan(((k + 1 + i) * n) + k + 1, m), v));
            double half = beta / 2 * Dot(p, v);
            AddScaled(p, v, -half);
            Parallel.For(0, m, i =>
            {
                Span<double> row = a.AsSpan(((k + 1 + i) * n) + k + 1, m);
                AddScaled(row, p, -v[i]);
                AddScaled(row, v, -p[i]);
            });
        }

        if (n > 1)
            beside[n - 2] = a[((n - 1) * n) + n - 2];
        return ([.. Enumerable.Range(0, n).Select(i => a[(i * n) + i])], beside);
    }

    /// <summary>Turns the diagonal into the eigenvalues.</summary>
    private static void Diagonalise(double[] d, double[] e, int n, CancellationToken cancellation)
    {
        int high = n - 1;
        for (long steps = 0; high > 0;)
        {
            if (Negligible(high - 1))
            {
                e[high - 1] = 0;
                high--;
                continue;
            }

            int low = high - 1;
            while (low > 0 && !Negligible(low - 1))
                low--;
            cancellation.ThrowIfCancellationRequested();
            if (++steps > (long)MostStepsPerValue * n)
                throw new ArithmeticException("The eigenvalues of a matrix did not converge.");
            Step(low, high);
        }

        bool Negligible(int i) => Math.Abs(e[i]) <= 1.2e-16 * (Math.Abs(d[i]) + Math.Abs(d[i + 1]))
            || Math.Abs(e[i]) < 1e-300;

        // One implicit QR step with Wilkinson's shift on the rows low..high.
        void Step(int low, int high)
        {
            double half = (d[high - 1] - d[high]) / 2, last = e[high - 1];
            double shift = d[high] - (last * last / (half + (Math.CopySign(1, half) * Hypotenuse(half, last))));
            double x = d[low] - shift, z = e[low];
            for (int k = low; k < high; k++)
            {
                double r = Hypotenuse(x, z), c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : -z / r;
                if (k > low)
                    e[k - 1] = r;
                double d1 = d[k], d2 = d[k + 1], f = e[k];
                d[k] = (c * c * d1) - (2 * c * s * f) + (s * s * d2);
                d[k + 1] = (s * s * d1) + (2 * c * s * f) + (c * c * d2);
                e[k] = (c * s * (d1 - d2)) + (((c * c) - (s * s)) * f);
                if (k < high - 1)
                {
                    x = e[k];
                    z = -s * e[k + 1];
                    e[k + 1] *= c;
                }
            }
        }
    }

    private static double Hypotenuse(double a, double b)
    {
        double larger = Math.Max(Math.Abs(a), Math.Abs(b));
        return larger == 0 ? 0 : larger * Math.Sqrt(((a / larger) * (a / larger)) + ((b / larger) * (b / larger)));
    }

    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a),
            vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> sums = Vector<double>.Zero;
        for (int i = 0; i < va.Length; i++)
            sums += va[i] * vb[i];
        double sum = Vector.Sum(sums);
        for (int i = va.Length * Vector<double>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>y += factor · x.</summary>
    internal static void AddScaled(Span<double> y, ReadOnlySpan<double> x, double factor)
    {
        Span<Vector<double>> vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        ReadOnlySpan<Vector<double>> vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        for (int i = 0; i < vy.Length; i++)
            vy[i] += vx[i] * factor;
        for (int i = vy.Length * Vector<double>.Count; i < y.Length; i++)
            y[i] += x[i] * factor;
    }
}
