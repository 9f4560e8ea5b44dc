using GanGpu.Metrics;

namespace GanGpu.Tests.Metrics;

public class SymmetricEigenTests
{
    /// <summary>Full rank, a few dimensions only, many equal values, values over twelve orders of magnitude, diagonal, zero.</summary>
    [Theory]
    [InlineData("full")]
    [InlineData("low rank")]
    [InlineData("clustered")]
    [InlineData("graded")]
    [InlineData("diagonal")]
    [InlineData("indefinite")]
    [InlineData("zero")]
    public void Vectors_are_orthonormal_and_give_the_matrix_back(string kind)
    {
        foreach (int n in new[] { 1, 2, 3, 4, 9, 33, 127 })
        {
            double[] matrix = Matrix(kind, n);
            double scale = Math.Max(1e-300, matrix.Max(Math.Abs));
            (double[] values, double[] vectors) = SymmetricEigen.Decompose([.. matrix], n);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double dot = 0, back = 0;
                    for (int k = 0; k < n; k++)
                    {
                        dot += vectors[(i * n) + k] * vectors[(j * n) + k];
                        back += values[k] * vectors[(k * n) + i] * vectors[(k * n) + j];
                    }

                    Assert.InRange(dot - (i == j ? 1 : 0), -1e-13 * n, 1e-13 * n);
                    Assert.InRange((back - matrix[(i * n) + j]) / scale, -1e-13 * n, 1e-13 * n);
                }
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

        double[] values = [.. SymmetricEigen.Decompose(matrix, n).Values.Order()];
        for (int k = 1; k <= n; k++)
            Assert.Equal(2 - (2 * Math.Cos(Math.PI * k / (n + 1))), values[k - 1], 1e-13);
    }

    [Fact]
    public void A_matrix_without_numbers_is_refused() => Assert.Throws<ArithmeticException>(() => SymmetricEigen.Decompose([1, double.NaN, double.NaN, 1], 2));

    private static double[] Matrix(string kind, int n)
    {
        Random random = new(n);
        double[] matrix = new double[n * n];
        int rank = kind switch { "low rank" => Math.Min(n, 3), "zero" or "diagonal" => 0, _ => n };
        for (int k = 0; k < rank; k++)
        {
            double[] v = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
            double weight = kind switch { "graded" => Math.Pow(10, -12.0 * k / n), "indefinite" => k % 2 == 0 ? 1 : -1, _ => 1 };
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
