using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// y[M] = epilogue(A[M,K] · x[K]): the matrix product with a single column, as dot products of A's rows, four rows at a
/// time. Overwrites y. The lanes of a dot product are added up last, in an order that depends on the vectors' width only.
/// </summary>
internal static unsafe class MatrixVectorHost
{
    public static Action Bind<TEpilogue>(ThreadTeam team, int rows, int columns, float* a, float* x, float* y, GemmHostEpilogue epilogue)
        where TEpilogue : struct, IGemmHostEpilogue =>
        HostTask.Bind(team, new Kernel<TEpilogue>(columns, a, x, y, epilogue), rows, 10 + 0.05 * columns, grain: 16);

    /// <summary>Units are rows.</summary>
    private readonly struct Kernel<TEpilogue>(int columns, float* a, float* x, float* y, GemmHostEpilogue arguments) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row += 4)
            {
                // Rows past the end repeat the last one.
                int last = end - 1 - row;
                int row1 = row + Math.Min(1, last), row2 = row + Math.Min(2, last), row3 = row + Math.Min(3, last);
                float* a0 = a + row * (nint)columns, a1 = a + row1 * (nint)columns, a2 = a + row2 * (nint)columns, a3 = a + row3 * (nint)columns;
                TSimd sum0 = TSimd.Splat(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
                int k = 0;
                for (; k <= columns - TSimd.Count; k += TSimd.Count)
                {
                    TSimd v = TSimd.Load(x + k);
                    sum0 = TSimd.Fma(TSimd.Load(a0 + k), v, sum0);
                    sum1 = TSimd.Fma(TSimd.Load(a1 + k), v, sum1);
                    sum2 = TSimd.Fma(TSimd.Load(a2 + k), v, sum2);
                    sum3 = TSimd.Fma(TSimd.Load(a3 + k), v, sum3);
                }

                if (k < columns)
                {
                    int n = columns - k;
                    TSimd v = TSimd.LoadPart(x + k, n);
                    sum0 = TSimd.Fma(TSimd.LoadPart(a0 + k, n), v, sum0);
                    sum1 = TSimd.Fma(TSimd.LoadPart(a1 + k, n), v, sum1);
                    sum2 = TSimd.Fma(TSimd.LoadPart(a2 + k, n), v, sum2);
                    sum3 = TSimd.Fma(TSimd.LoadPart(a3 + k, n), v, sum3);
                }

                y[row] = TSimd.Sum(sum0);
                y[row1] = TSimd.Sum(sum1);
                y[row2] = TSimd.Sum(sum2);
                y[row3] = TSimd.Sum(sum3);
            }

            TEpilogue.Apply<TSimd>(arguments, y + start, 1, 0, end - start, 1);
        }
    }
}
