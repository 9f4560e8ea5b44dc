using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// y[M,N] = epilogue(x[M,K] · A[N,K]ᵀ) for a few vectors x: the matrix product with a single column or with very few
/// rows, as dot products with A's rows, four rows at a time. Overwrites y. The lanes of a dot product are added last,
/// in an order that depends only on the vector width.
/// </summary>
internal static unsafe class MatrixVectorHost
{
    /// <summary>
    /// With more vectors, adding multiples of one vector is less work than adding the lanes of dot products.
    /// </summary>
    public const int MostVectors = 5;

    /// <summary>An action that computes y and allocates nothing. To the epilogue y is a column or rows.</summary>
    public static Action Bind<TEpilogue>(
        ThreadTeam team, GemmShape shape, float* a, float* x, float* y, GemmHostEpilogue epilogue, bool givesColumn)
        where TEpilogue : struct, IGemmHostEpilogue =>
        HostTask.Bind(
            team, new Kernel<TEpilogue>(shape, a, x, y, epilogue, givesColumn), shape.N,
            shape.M * (10 + 0.05 * shape.K), grain: 16);

    /// <summary>Units are rows of A.</summary>
    private readonly struct Kernel<TEpilogue>(
        GemmShape shape, float* a, float* x, float* y, GemmHostEpilogue arguments, bool givesColumn) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            (int vectors, int rows, int columns) = (shape.M, shape.N, shape.K);
            for (int row = start; row < end; row += 4)
            {
                for (int vector = 0; vector < vectors; vector++)
                    Dot<TSimd>(
                        a + row * (nint)columns, Math.Min(4, end - row), x + vector * (nint)columns, y
                        + vector * (nint)rows + row);
            }

            if (givesColumn)
                TEpilogue.Apply<TSimd>(arguments, y + start, 1, 0, end - start, 1);
            else
                TEpilogue.Apply<TSimd>(arguments, y + start, rows, start, vectors, end - start);
        }

        /// <summary>One to four rows; rows past the last repeat it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Dot<TSimd>(float* a, int count, float* x, float* y)
            where TSimd : struct, ISimd<TSimd>
        {
            int columns = shape.K, row1 = Math.Min(1, count - 1), row2 = Math.Min(2, count - 1), row3 = count - 1;
            float* a1 = a + row1 * (nint)columns, a2 = a + row2 * (nint)columns, a3 = a + row3 * (nint)columns;
            TSimd sum0 = TSimd.Splat(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            int k = 0;
            for (; k <= columns - TSimd.Count; k += TSimd.Count)
            {
                TSimd v = TSimd.Load(x + k);
                sum0 = TSimd.Fma(TSimd.Load(a + k), v, sum0);
                sum1 = TSimd.Fma(TSimd.Load(a1 + k), v, sum1);
                sum2 = TSimd.Fma(TSimd.Load(a2 + k), v, sum2);
                sum3 = TSimd.Fma(TSimd.Load(a3 + k), v, sum3);
            }

            if (k < columns)
            {
                int n = columns - k;
                TSimd v = TSimd.LoadPart(x + k, n);
                sum0 = TSimd.Fma(TSimd.LoadPart(a + k, n), v, sum0);
                sum1 = TSimd.Fma(TSimd.LoadPart(a1 + k, n), v, sum1);
                sum2 = TSimd.Fma(TSimd.LoadPart(a2 + k, n), v, sum2);
                sum3 = TSimd.Fma(TSimd.LoadPart(a3 + k, n), v, sum3);
            }

            y[0] = TSimd.Sum(sum0);
            y[row1] = TSimd.Sum(sum1);
            y[row2] = TSimd.Sum(sum2);
            y[row3] = TSimd.Sum(sum3);
        }
    }
}
