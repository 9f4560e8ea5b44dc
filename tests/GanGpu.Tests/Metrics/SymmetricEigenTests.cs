using GanGpu.Measures;

namespace GanGpu.Tests.Metrics;

public class SymmetricEigenTests
{
    /// <summary>
    /// Full rank, a few dimensions only, many equal values, values over twelve orders of magnitude, diagonal, zero.
    /// </summary>
    [Theory]
    [InlineData("full")]
    [InlineData("low rank")]
    [InlineData("clustered")]
    [InlineData("graded")]
    [InlineData("diagonal")]
    [InlineData("indefinite")]
    [InlineData("zero")]
    public void Values_are_those_of_Jacobi_rotations(string kind)
    {
        foreach (int n in new[] { 1, 2, 3, 4, 9, 33, 65 })
        {
            double[] matrix = Matrix(kind, n);
            double scale = Math.Max(1e-300, matrix.Max(Math.Abs));
            double[] expected = [.. Jacobi([.. matrix], n).Order()],
                values = [.. SymmetricEigen.Values([.. matrix], n).Order()];
            for (int i = 0; i < n; i++)
                Assert.InRange((values[i] - expected[i]) / scale, -1e-13 * n, 1e-13 * n);
        }
    }

    /// <summary>R has as many rows as the matrix has rank, and gives it back.</summary>
    [Theory]
    [InlineData("full")]
    [InlineData("low rank")]
    [InlineData("clustered")]
    [InlineData("graded")]
    [InlineData("zero")]
    public void Roots_give_the_matrix_back(string kind)
    {
        foreach (int n in new[] { 1, 2, 3, 4, 9, 33, 130, 257 })
        {
            double[] matrix = Matrix(kind, n);
            double scale = Math.Max(1e-300, matrix.Max(Math.Abs));
            double[][] rows = PivotedCholesky.Decompose(matrix, n);
            int? rank = kind switch { "low rank" => Math.Min(n, 3), "clustered" => n, "zero" => 0, _ => null };
            Assert.Equal(rank ?? rows.Length, rows.Length);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    Assert.InRange(
                        (rows.Sum(row => row[i] * row[j]) - matrix[(i * n) + j]) / scale, -1e-15 * n, 1e-15 * n);
            }
        }
    }

    [Fact]
    public void The_values_of_a_known_matrix_are_found()
    {
        // The second difference matrix has the eigenvalues 2 − 2 cos(π k / (n + 1)).
        const int n = 50;
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            matrix[(i * n) + i] = 2;
            if (i > 0)
                matrix[(i * n) + i - 1] = matrix[((i - 1) * n) + i] = -1;
        }

        double[] values = [.. SymmetricEigen.Values(matrix, n).Order()];
        for (int k = 1; k <= n; k++)
            Assert.Equal(2 - (2 * Math.Cos(Math.PI * k / (n + 1))), values[k - 1], 1e-13);
    }

    [Fact]
    public void A_matrix_without_numbers_is_refused() =>
        Assert.Throws<ArithmeticException>(() => SymmetricEigen.Values([1, double.NaN, double.NaN, 1], 2));

    /// <summary>
    /// Cyclic Jacobi rotations: slow, and another method altogether (Golub and Van Loan, section 8.5).
    /// </summary>
    private static IEnumerable<double> Jacobi(double[] a, int n)
    {
        for (int sweep = 0; sweep < 30; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    double beside = a[(p * n) + q];
                    if (beside == 0)
                        continue;
                    double theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * beside);
                    double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1)),
                        c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
                    for (int k = 0; k < n; k++)
                        (a[(k * n) + p], a[(k * n) + q]) =
                            ((c * a[(k * n) + p]) - (s * a[(k * n) + q]), (s * a[(k * n) + p]) + (c * a[(k * n) + q]));
                    for (int k = 0; k < n; k++)
                        (a[(p * n) + k], a[(q * n) + k]) =
                            ((c * a[(p * n) + k]) - (s * a[(q * n) + k]), (s * a[(p * n) + k]) + (c * a[(q * n) + k]));
                }
            }
        }

        return Enumerable.Range(0, n).Select(i => a[(i * n) + i]);
    }

    private static double[] Matrix(string kind, int n)
    {
        Random random = new(n);
        double[] matrix = new double[n * n];
        int rank = kind switch { "low rank" => Math.Min(n, 3), "zero" or "diagonal" => 0, _ => n };
        for (int k = 0; k < rank; k++)
        {
            double[] v = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
            double weight =
                kind switch { "graded" => Math.Pow(10, -12.0 * k / n), "indefinite" => k % 2 == 0 ? 1 : -1, _ => 1 };
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    matrix[(i * n) + j] += weight * v[i] * v[j] * (kind == "clustered" ? 1e-9 : 1);
            }
        }

        for (int i = 0; i < n; i++)
            matrix[(i * n) + i] += kind switch { "clustered" => 1 + (i % 3), "diagonal" => i - 1, _ => 0 };
        return matrix;
    }
}
