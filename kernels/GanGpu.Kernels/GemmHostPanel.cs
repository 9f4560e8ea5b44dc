using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// Copies of a part of B, op(B)[k, j] for k &lt; depth and j &lt; columns, as rows of one or two whole vectors without
/// gaps, so that the matrix product reads them in order and from few pages. Columns that are missing become 0.
/// </summary>
internal static unsafe class GemmHostPanel
{
    /// <summary>From B stored by rows, stride floats apart.</summary>
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

    /// <summary>Several panels of two vectors from B stored by rows, in one pass over its rows: from each page it takes as much as it needs at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopySeveral<TSimd>(float* source, nint stride, int panels, int depth, float* target, nint panelStride)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int k = 0; k < depth; k++, source += stride, target += 2 * TSimd.Count)
        {
            float* from = source, to = target;
            for (int panel = 0; panel < panels; panel++, from += 2 * TSimd.Count, to += panelStride)
            {
                TSimd low = TSimd.Load(from), high = TSimd.Load(from + TSimd.Count);
                low.Store(to);
                high.Store(to + TSimd.Count);
            }
        }
    }

    /// <summary>From B stored by columns, stride floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyTransposed<TSimd>(float* source, nint stride, int columns, int depth, int vectors, float* panel)
        where TSimd : struct, ISimd<TSimd>
    {
        int width = vectors * TSimd.Count;
        for (int vector = 0; vector < vectors; vector++, columns -= TSimd.Count, source += TSimd.Count * stride, panel += TSimd.Count)
        {
            float* target = panel;
            int k = 0;
            if (columns >= TSimd.Count)
                for (; k <= depth - 4; k += 4, target += 4 * width)
                {
                    float* from = source + k;
                    TSimd a = TSimd.LoadGroups(from, 4 * stride), b = TSimd.LoadGroups(from + stride, 4 * stride);
                    TSimd c = TSimd.LoadGroups(from + 2 * stride, 4 * stride), d = TSimd.LoadGroups(from + 3 * stride, 4 * stride);
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
    /// Copies a block of A, rows × depth, as slivers of so many rows, 4, 6 or 8: of each step of K the rows side by side, so that a tile reads one
    /// stretch of memory. Where the last sliver has fewer, some row fills the rest. Writes up to two floats past the end.
    /// </summary>
    public static void CopySlivers(float* source, nint rowStride, nint depthStride, int rows, int depth, int height, float* target)
    {
        for (int row = 0; row < rows; row += height, source += height * rowStride, target += height * (nint)depth)
        {
            if (depthStride == 1)
                CopySliver(source, rowStride, Math.Min(height, rows - row), depth, height, target);
            else
                CopyTransposedSliver(source, depthStride, Math.Min(height, rows - row), depth, height, target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopySliver(float* r0, nint stride, int rows, int depth, int height, float* target)
    {
        float* r1 = r0 + (rows > 1 ? stride : 0), r2 = r1 + (rows > 2 ? stride : 0), r3 = r2 + (rows > 3 ? stride : 0), r4 = r3 + (rows > 4 ? stride : 0);
        float* r5 = r4 + (rows > 5 ? stride : 0), r6 = r5 + (rows > 6 ? stride : 0), r7 = r6 + (rows > 7 ? stride : 0);
        int k = 0;
        for (; k <= depth - 4; k += 4, target += 4 * height)
        {
            Simd128 a = Simd128.Load(r0 + k), b = Simd128.Load(r1 + k), c = Simd128.Load(r2 + k), d = Simd128.Load(r3 + k);
            Simd128.TransposeGroups(ref a, ref b, ref c, ref d);
            Simd128 e = default, f = default, g = default, h = default;
            if (height > 4)
            {
                e = Simd128.Load(r4 + k);
                f = Simd128.Load(r5 + k);
                g = Simd128.Load(r6 + k);
                h = Simd128.Load(r7 + k);
                Simd128.TransposeGroups(ref e, ref f, ref g, ref h);
            }

            // Of six rows the second four reach into the next step, which is written after them.
            a.Store(target);
            if (height > 4)
                e.Store(target + 4);
            b.Store(target + height);
            if (height > 4)
                f.Store(target + height + 4);
            c.Store(target + 2 * height);
            if (height > 4)
                g.Store(target + 2 * height + 4);
            d.Store(target + 3 * height);
            if (height > 4)
                h.Store(target + 3 * height + 4);
        }

        for (; k < depth; k++, target += height)
        {
            for (int row = 0; row < height; row++)
                target[row] = r0[Math.Min(row, rows - 1) * stride + k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyTransposedSliver(float* source, nint stride, int rows, int depth, int height, float* target)
    {
        for (int k = 0; k < depth; k++, source += stride, target += height)
        {
            if (rows == height)
            {
                Simd128 low = Simd128.Load(source), high = Simd128.Load(source + height - 4);
                low.Store(target);
                high.Store(target + height - 4);
                continue;
            }

            for (int row = 0; row < height; row++)
                target[row] = source[Math.Min(row, rows - 1)];
        }
    }

    /// <summary>Copies rows x columns floats from one place to another, for tiles of C that fill no vector and for blocks of A.</summary>
    public static void CopyTile(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++, source += sourceStride, target += targetStride)
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
    }
}
