using GanGpu.Kernels.Gemm;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Reference;

/// <summary>C = op(A)·op(B) in float64, and how far float32 may be from each element.</summary>
internal static class ReferenceGemm
{
    public static Expected Product(GemmShape shape, float[] a, float[] b) =>
        Fused(shape, a, b, (sum, _, _) => sum);

    /// <summary>
    /// f(AB + bias). No activation's slope is above 1, so a sum's error grows by nothing but the roundings of f.
    /// </summary>
    public static Expected Biased(GemmShape shape, float[] a, float[] b, float[] bias, Activation activation) =>
        Fused(shape, a, b, (sum, n, _) => ReferenceActivation.Apply(activation, sum + bias[n]));

    /// <summary>AB ⊙ f'(output).</summary>
    public static Expected TimesDerivative(
        GemmShape shape, float[] a, float[] b, float[] output, Activation activation) =>
        Fused(shape, a, b, (sum, _, i) => sum * ReferenceActivation.Derivative(activation, output[i]));

    /// <summary>Σ_k op(B)[k, n] of a B that is not transposed.</summary>
    public static Expected ColumnSums(GemmShape shape, float[] b)
    {
        double[] sums = new double[shape.N], squares = new double[shape.N];
        for (int i = 0; i < b.Length; i++)
        {
            sums[i % shape.N] += b[i];
            squares[i % shape.N] += (double)b[i] * b[i];
        }

        return new(sums, [.. sums.Zip(squares, (sum, square) => (1.2e-7 * Math.Abs(sum)) + Rounding(shape.K, square))]);
    }

    private static Expected Fused(GemmShape shape, float[] a, float[] b, Func<double, int, int, double> epilogue)
    {
        double[] values = new double[shape.M * shape.N], slack = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (int m, int n) = (i / shape.N, i % shape.N);
            double sum = 0, squares = 0;
            for (int k = 0; k < shape.K; k++)
            {
                double term = (double)a[shape.TransposeA ? (k * shape.M) + m : (m * shape.K) + k]
                    * b[shape.TransposeB ? (n * shape.K) + k : (k * shape.N) + n];
                sum += term;
                squares += term * term;
            }

            values[i] = epilogue(sum, n, i);
            slack[i] = 2e-7 + Rounding(shape.K, squares) + (5e-7 * Math.Abs(values[i]));
        }

        return new(values, slack);
    }

    /// <summary>
    /// What adding K terms in float32 may lose: the partial sums walk as far as the root of their squares' sum, and
    /// each of the K additions rounds one of them by up to half a unit, 6e-8. That makes 2.5e-8·√K·√Σ² typical and 2e-7
    /// eight deviations: an order of the additions that one device takes and another does not stays far below.
    /// </summary>
    private static double Rounding(int terms, double squares) => 2e-7 * Math.Sqrt(terms) * Math.Sqrt(squares);
}
