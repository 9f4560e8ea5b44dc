using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[M,N] = epilogue(op(A)[M,K] · B[K,N]) on the host for few rows, as sums of multiples of B's rows. With few rows
/// nearly all of the time goes into loading B, so B is read in the order in which it lies in memory. Adds the same
/// numbers in the same order as <see cref="GemmHost"/> does otherwise, so the bits are the same.
/// </summary>
internal static unsafe class GemmHostFewRows
{
    // Rows of B that are added at once, and columns of them that stay in the first-level cache for the next row of A.
    private const int Depth = 8, Chunk = 512, LineLength = 16;

    // Columns that are a page apart evict each other from the cache in a panel, but not here.
    private const int Most = 1, MostOfPages = 4;

    public static bool Suits(GemmShape shape) =>
        !shape.TransposeB && shape.M <= (shape.N % GemmHostCopies.Page == 0 ? MostOfPages : Most);

    public static Action Bind<TEpilogue>(
        ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue, GemmHostSums sums)
        where TEpilogue : struct, IGemmHostEpilogue =>
        HostTask.Bind(
            team, new Kernel<TEpilogue>(shape, a, b, c, epilogue, sums), shape.N, 0.03 * shape.M * shape.K, grain: 16);

    /// <summary>Units are columns.</summary>
    private readonly struct Kernel<TEpilogue>(
        GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue arguments, GemmHostSums sums) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            if (start == 0)
                sums.Run<TSimd>(0, 1);
            nint rowStride = shape.TransposeA ? 1 : shape.K, depthStride = shape.TransposeA ? shape.M : 1;
            for (int column = start; column < end; column += Chunk)
            {
                int columns = Math.Min(Chunk, end - column);
                for (int row = 0; row < shape.M; row++)
                    new Span<float>(c + row * (nint)shape.N + column, columns).Clear();
                for (int k = 0; k < shape.K; k += Depth)
                {
                    for (int row = 0; row < shape.M; row++)
                    {
                        float* from = a + row * rowStride + k * depthStride, rows = b + k * (nint)shape.N + column,
                            to = c + row * (nint)shape.N + column;
                        if (k + Depth <= shape.K)
                            Add<TSimd>(from, depthStride, rows, to, columns, first: row == 0);
                        else
                            AddOneByOne<TSimd>(from, depthStride, shape.K - k, rows, to, columns);
                    }
                }

                TEpilogue.Apply<TSimd>(arguments, c + column, shape.N, column, shape.M, columns);
            }
        }

        /// <summary>
        /// c[j] += Σ_k a[k] · b[k, j] over <see cref="Depth"/> rows of B. The first row of A fetches the next rows of B
        /// ahead: the processor does not guess that they follow when a chunk ends.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Add<TSimd>(float* a, nint stride, float* b, float* c, int columns, bool first)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd a0 = TSimd.Splat(a[0]), a1 = TSimd.Splat(a[stride]), a2 = TSimd.Splat(a[2 * stride]),
                a3 = TSimd.Splat(a[3 * stride]);
            TSimd a4 = TSimd.Splat(a[4 * stride]), a5 = TSimd.Splat(a[5 * stride]), a6 = TSimd.Splat(a[6 * stride]),
                a7 = TSimd.Splat(a[7 * stride]);
            nint n = shape.N;
            int j = 0;
            for (; j <= columns - TSimd.Count; j += TSimd.Count)
            {
                float* x = b + j, y = x + 4 * n;
                // Once for each line of the cache. Narrow vectors leave the processor the time to do it by itself.
                if (2 * TSimd.Count >= LineLength && first && (j & LineLength - 1) == 0)
                {
                    for (float* next = x + Depth * n; next < x + 2 * Depth * n; next += n)
                        Simd.Prefetch(next);
                }

                TSimd sum = TSimd.Fma(a0, TSimd.Load(x), TSimd.Load(c + j));
                sum = TSimd.Fma(a1, TSimd.Load(x + n), sum);
                sum = TSimd.Fma(a2, TSimd.Load(x + 2 * n), sum);
                sum = TSimd.Fma(a3, TSimd.Load(x + 3 * n), sum);
                sum = TSimd.Fma(a4, TSimd.Load(y), sum);
                sum = TSimd.Fma(a5, TSimd.Load(y + n), sum);
                sum = TSimd.Fma(a6, TSimd.Load(y + 2 * n), sum);
                TSimd.Fma(a7, TSimd.Load(y + 3 * n), sum).Store(c + j);
            }

            if (j < columns)
                AddOneByOne<TSimd>(a, stride, Depth, b + j, c + j, columns - j);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddOneByOne<TSimd>(float* a, nint stride, int depth, float* b, float* c, int columns)
            where TSimd : struct, ISimd<TSimd>
        {
            for (; depth > 0; depth--, a += stride, b += shape.N)
            {
                TSimd factor = TSimd.Splat(*a);
                int j = 0;
                for (; j <= columns - TSimd.Count; j += TSimd.Count)
                    TSimd.Fma(factor, TSimd.Load(b + j), TSimd.Load(c + j)).Store(c + j);
                if (j < columns)
                    TSimd.Fma(factor, TSimd.LoadPart(b + j, columns - j), TSimd.LoadPart(c + j, columns - j))
                        .StorePart(c + j, columns - j);
            }
        }
    }
}
