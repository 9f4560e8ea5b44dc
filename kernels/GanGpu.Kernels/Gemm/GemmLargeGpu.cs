using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The side of the tiles of <see cref="GemmLargeGpu"/>. It is a type so that it is a constant of the kernel.
/// </summary>
internal interface IGemmTile
{
    /// <summary>
    /// Threads along a side of the tile. The tile is 8 times as wide, and the group has the square of this many
    /// threads.
    /// </summary>
    int Threads { get; }
}

/// <summary>64 x 64 by 64 threads.</summary>
internal readonly struct Tile64 : IGemmTile
{
    public int Threads => 8;
}

/// <summary>128 x 128 by 256 threads.</summary>
internal readonly struct Tile128 : IGemmTile
{
    public int Threads => 16;
}

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]) for outputs that are large enough to fill a GPU. A group computes a
/// tile of 64 x 64 or 128 x 128 elements of C, a thread 8 x 8 of them in registers. Shared memory is double-buffered,
/// with 8 steps of K of both operands in a buffer: while one buffer is multiplied, the next is loaded from global
/// memory, with one barrier a round. All loads and stores move four floats; see <see cref="GemmOperands.Vectorized"/>
/// for what that requires. Overwrites C and, if the epilogue has them, the column sums.
/// </summary>
/// <remarks>
/// A thread's 8 rows are two groups of four that are half a tile apart, and so are its 8 columns: the threads of a warp
/// then read shared memory without bank conflicts. Every element is one sum in the order of k.
/// </remarks>
internal static class GemmLargeGpu
{
    private const int Depth = 8;

    /// <summary>A, B and C have the layouts of <see cref="GemmShape"/>; the epilogue determines the operand.</summary>
    public static void GemmLargeKernel<TProduct, TEpilogue, TTile>(
        TProduct whole, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TTile : unmanaged, IGemmTile
    {
        TProduct g = whole.Slice(Grid.IdxY);
        // 4 floats of padding per row: rows start in different banks and stay aligned.
        int threads = default(TTile).Threads, tile = 8 * threads, stride = tile + 4, float4Stride = stride / 4,
            half = threads;
        int float4sPerOperand = Depth * float4Stride, float4sPerRound = 2 * float4sPerOperand;
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(2 * 2 * Depth * (2 * default(TTile).Threads + 1));

        int tilesPerRow = (g.Columns + tile - 1) / tile;
        int tileRow = Grid.IdxX / tilesPerRow;
        int firstRow = tileRow * tile, firstColumn = (Grid.IdxX - tileRow * tilesPerRow) * tile;
        int thread = Group.IdxX, threadRow = thread / threads, threadColumn = thread % threads;

        bool aSideFirst = g.RowsAreContiguous, bSideFirst = g.ColumnsAreContiguous;
        int aSide = aSideFirst ? 4 * (thread % (2 * threads)) : thread / 2, aDepth = aSideFirst ? thread / (2 * threads)
            : 4 * (thread % 2);
        int bSide = bSideFirst ? 4 * (thread % (2 * threads)) : thread / 2, bDepth = bSideFirst ? thread / (2 * threads)
            : 4 * (thread % 2);
        // For the smaller tile a thread loads twice: the second time the other half of the rows or of the depths.
        int aSide1 = aSideFirst ? aSide : aSide + 32, aDepth1 = aSideFirst ? aDepth + 4 : aDepth;
        int bSide1 = bSideFirst ? bSide : bSide + 32, bDepth1 = bSideFirst ? bDepth + 4 : bDepth;

        Float4 c0l = Float4.Zero, c0h = Float4.Zero, c1l = Float4.Zero, c1h = Float4.Zero,
            c2l = Float4.Zero, c2h = Float4.Zero, c3l = Float4.Zero, c3h = Float4.Zero;
        Float4 c4l = Float4.Zero, c4h = Float4.Zero, c5l = Float4.Zero, c5h = Float4.Zero,
            c6l = Float4.Zero, c6h = Float4.Zero, c7l = Float4.Zero, c7h = Float4.Zero;
        Float4 sl = Float4.Zero, sh = Float4.Zero, a1 = Float4.Zero, b1 = Float4.Zero;

        Float4 a0 = g.LoadA4(a, firstRow + aSide, g.KBegin + aDepth);
        Float4 b0 = g.LoadB4(b, firstColumn + bSide, g.KBegin + bDepth);
        GemmLoads.StoreShared4(shared, 0, stride, aSide, aDepth, aSideFirst, a0);
        GemmLoads.StoreShared4(shared, 4 * float4sPerOperand, stride, bSide, bDepth, bSideFirst, b0);
        if (default(TTile).Threads == 8)
        {
            a1 = g.LoadA4(a, firstRow + aSide1, g.KBegin + aDepth1);
            b1 = g.LoadB4(b, firstColumn + bSide1, g.KBegin + bDepth1);
            GemmLoads.StoreShared4(shared, 0, stride, aSide1, aDepth1, aSideFirst, a1);
            GemmLoads.StoreShared4(shared, 4 * float4sPerOperand, stride, bSide1, bDepth1, bSideFirst, b1);
        }

        Group.Barrier();
        int present = 0;
        for (int start = g.KBegin + Depth; start < g.KEnd + Depth; start += Depth)
        {
            bool more = start < g.KEnd;
            if (more)
            {
                a0 = g.LoadA4(a, firstRow + aSide, start + aDepth);
                b0 = g.LoadB4(b, firstColumn + bSide, start + bDepth);
                if (default(TTile).Threads == 8)
                {
                    a1 = g.LoadA4(a, firstRow + aSide1, start + aDepth1);
                    b1 = g.LoadB4(b, firstColumn + bSide1, start + bDepth1);
                }
            }

            // Separate views, so that the offsets within them are constants of the unrolled loop.
            ArrayView<Float4> rows = shared.SubView(present + threadRow),
                columns = shared.SubView(present + float4sPerOperand + threadColumn);
            for (int depth = 0; depth < Depth; depth++)
            {
                Float4 xl = rows[depth * float4Stride], xh = rows[depth * float4Stride + half];
                Float4 yl = columns[depth * float4Stride], yh = columns[depth * float4Stride + half];
                c0l = Float4.Fma(xl.X, yl, c0l);
                c0h = Float4.Fma(xl.X, yh, c0h);
                c1l = Float4.Fma(xl.Y, yl, c1l);
                c1h = Float4.Fma(xl.Y, yh, c1h);
                c2l = Float4.Fma(xl.Z, yl, c2l);
                c2h = Float4.Fma(xl.Z, yh, c2h);
                c3l = Float4.Fma(xl.W, yl, c3l);
                c3h = Float4.Fma(xl.W, yh, c3h);
                c4l = Float4.Fma(xh.X, yl, c4l);
                c4h = Float4.Fma(xh.X, yh, c4h);
                c5l = Float4.Fma(xh.Y, yl, c5l);
                c5h = Float4.Fma(xh.Y, yh, c5h);
                c6l = Float4.Fma(xh.Z, yl, c6l);
                c6h = Float4.Fma(xh.Z, yh, c6h);
                c7l = Float4.Fma(xh.W, yl, c7l);
                c7h = Float4.Fma(xh.W, yh, c7h);
                if (default(TEpilogue).SumsColumns)
                {
                    sl = Float4.Add(sl, yl);
                    sh = Float4.Add(sh, yh);
                }
            }

            present = float4sPerRound - present;
            if (more)
            {
                GemmLoads.StoreShared4(shared, 4 * present, stride, aSide, aDepth, aSideFirst, a0);
                GemmLoads.StoreShared4(
                    shared, 4 * (present + float4sPerOperand), stride, bSide, bDepth, bSideFirst, b0);
                if (default(TTile).Threads == 8)
                {
                    GemmLoads.StoreShared4(shared, 4 * present, stride, aSide1, aDepth1, aSideFirst, a1);
                    GemmLoads.StoreShared4(
                        shared, 4 * (present + float4sPerOperand), stride, bSide1, bDepth1, bSideFirst, b1);
                }
            }

            Group.Barrier();
        }

        int row = firstRow + 4 * threadRow, column = firstColumn + 4 * threadColumn;
        Store<TProduct, TEpilogue>(c, operand, row, column, tile / 2, g, c0l, c0h);
        Store<TProduct, TEpilogue>(c, operand, row + 1, column, tile / 2, g, c1l, c1h);
        Store<TProduct, TEpilogue>(c, operand, row + 2, column, tile / 2, g, c2l, c2h);
        Store<TProduct, TEpilogue>(c, operand, row + 3, column, tile / 2, g, c3l, c3h);
        row += tile / 2;
        Store<TProduct, TEpilogue>(c, operand, row, column, tile / 2, g, c4l, c4h);
        Store<TProduct, TEpilogue>(c, operand, row + 1, column, tile / 2, g, c5l, c5h);
        Store<TProduct, TEpilogue>(c, operand, row + 2, column, tile / 2, g, c6l, c6h);
        Store<TProduct, TEpilogue>(c, operand, row + 3, column, tile / 2, g, c7l, c7h);
        if (default(TEpilogue).SumsColumns & firstRow == 0 & threadRow == 0)
        {
            GemmStores.ColumnSums(operand, column, g, sl);
            GemmStores.ColumnSums(operand, column + tile / 2, g, sh);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int row, int column, int half, TProduct g, Float4 low,
        Float4 high)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int start = GemmStores.Row(g, row);
        GemmStores.Store4<TProduct, TEpilogue>(c, operand, start, column, g, low);
        GemmStores.Store4<TProduct, TEpilogue>(c, operand, start, column + half, g, high);
    }
}
