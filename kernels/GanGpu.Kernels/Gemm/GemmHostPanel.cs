using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Copies part of B, op(B)[k, j] for k &lt; depth and j &lt; columns, to contiguous rows of one or two whole vectors,
/// so that the matrix product reads it in order and from few pages. Missing columns become 0.
/// </summary>
internal static unsafe class GemmHostPanel
{
    /// <summary>Copies from B stored by rows, stride floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<TSimd>(float* source, nint stride, int columns, int depth, int vectors, float* panel)
        where TSimd : struct, ISimd<TSimd>
    {
        int last = columns - (vectors - 1) * TSimd.Count;
        for (int k = 0; k < depth; k++, source += stride)
        {
            float* from = source;
            if (vectors == 2)
            {
                TSimd.Load(from).Store(panel);
                panel += TSimd.Count;
                from += TSimd.Count;
            }

            (last == TSimd.Count ? TSimd.Load(from) : TSimd.LoadPart(from, last)).Store(panel);
            panel += TSimd.Count;
        }
    }

    /// <summary>Copies from B stored by columns, stride floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyTransposed<TSimd>(
        float* source, nint stride, int columns, int depth, int vectors, float* panel)
        where TSimd : struct, ISimd<TSimd>
    {
        int width = vectors * TSimd.Count;
        for (int vector = 0; vector < vectors; vector++, columns -= TSimd.Count, source += TSimd.Count * stride,
            panel += TSimd.Count)
        {
            float* target = panel;
            int k = 0;
            if (columns >= TSimd.Count)
                for (; k <= depth - 4; k += 4, target += 4 * width)
                {
                    float* from = source + k;
                    TSimd a = TSimd.LoadGroups(from, 4 * stride), b = TSimd.LoadGroups(from + stride, 4 * stride);
                    TSimd c = TSimd.LoadGroups(from + 2 * stride, 4 * stride),
                        d = TSimd.LoadGroups(from + 3 * stride, 4 * stride);
                    TSimd.TransposeGroups(ref a, ref b, ref c, ref d);
                    a.Store(target);
                    b.Store(target + width);
                    c.Store(target + 2 * width);
                    d.Store(target + 3 * width);
                }

            for (; k < depth; k++, target += width)
                for (int j = 0; j < TSimd.Count; j++)
                    target[j] = j < columns ? source[j * stride + k] : 0f;
        }
    }

    /// <summary>
    /// Copies from a transposed A, depth rows of columns floats that are stride floats apart, to tiles of tileRows
    /// columns. A tile holds the floats of one step of K side by side, step after step, so that it is read in order.
    /// The last tile is padded with 0.
    /// </summary>
    public static void CopyTiles(float* source, nint stride, int columns, int depth, int tileRows, float* tiles)
    {
        int whole = columns / tileRows, rest = columns - whole * tileRows;
        nint tileLength = (nint)depth * tileRows;
        for (int k = 0; k < depth; k++, source += stride, tiles += tileRows)
        {
            float* from = source, to = tiles;
            // Copies of a constant length are a move or two.
            if (tileRows == 6)
            {
                for (int tile = 0; tile < whole; tile++, from += 6, to += tileLength)
                    Unsafe.CopyBlockUnaligned(to, from, 6 * sizeof(float));
            }
            else if (tileRows == 8)
            {
                for (int tile = 0; tile < whole; tile++, from += 8, to += tileLength)
                    Unsafe.CopyBlockUnaligned(to, from, 8 * sizeof(float));
            }
            else
            {
                for (int tile = 0; tile < whole; tile++, from += tileRows, to += tileLength)
                    Unsafe.CopyBlockUnaligned(to, from, (uint)tileRows * sizeof(float));
            }

            for (int row = 0; rest > 0 && row < tileRows; row++)
                to[row] = row < rest ? from[row] : 0f;
        }
    }

    /// <summary>
    /// Copies rows x columns floats: used for tiles of C that do not fill a vector and for blocks of A.
    /// </summary>
    public static void CopyTile(
        float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++, source += sourceStride, target += targetStride)
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
    }
}
