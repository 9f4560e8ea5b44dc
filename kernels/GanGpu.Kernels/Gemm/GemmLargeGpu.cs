using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The side of the tiles of <see cref="GemmLargeGpu"/>, as a type, so that it is a constant of the kernel.
/// </summary>
internal interface IGemmTile
{
    /// <summary>Threads along a side; the tile is 8 times as wide, the group has this squared.</summary>
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
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]) for outputs large enough to fill a GPU: a group makes a tile of 64 x
/// 64 or 128 x 128 elements of C, a thread 8 x 8 of them in registers. 8 terms of both operands at a time are in shared
/// memory, twice: while one set is multiplied, the next is on its way from global memory to the other, with one barrier
/// a round. Everything is moved four floats at a time; see <see cref="GemmOperands.Quads"/> for what that asks of the
/// operands. Overwrites C and, where asked for, the column sums.
/// </summary>
/// <remarks>
/// A thread's 8 rows, and its 8 columns, are two runs of four half a tile apart: threads of a warp then read shared
/// memory without conflicts. Every element is one sum in order of k.
/// </remarks>
internal static class GemmLargeGpu
{
    private const int Depth = 8;

    /// <summary>A, B and C as <see cref="GemmShape"/> says; operand as the epilogue says.</summary>
    public static void GemmLargeKernel<TProduct, TEpilogue, TTile>(
        TProduct whole, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TTile : unmanaged, IGemmTile
    {
        TProduct g = whole.Slice(Grid.IdxY);
        // 4 floats of padding a row: rows start in different banks and stay aligned.
        int threads = default(TTile).Threads, tile = 8 * threads, stride = tile + 4, quadStride = stride / 4,
            half = threads;
        int quadsOfOperand = Depth * quadStride, quadsOfRound = 2 * quadsOfOperand;
        ArrayView<Quad> shared = SharedMemory.Allocate<Quad>(2 * 2 * Depth * (2 * default(TTile).Threads + 1));

        int tilesPerRow = (g.Columns + tile - 1) / tile;
        int tileRow = Grid.IdxX / tilesPerRow;
        int firstRow = tileRow * tile, firstColumn = (Grid.IdxX - tileRow * tilesPerRow) * tile;
        int thread = Group.IdxX, threadRow = thread / threads, threadColumn = thread % threads;

        bool aSideFirst = g.RowsAreContiguous, bSideFirst = g.ColumnsAreContiguous;
        int aSide = aSideFirst ? 4 * (thread % (2 * threads)) : thread / 2, aDepth = aSideFirst ? thread / (2 * threads)
            : 4 * (thread % 2);
        int bSide = bSideFirst ? 4 * (thread % (2 * threads)) : thread / 2, bDepth = bSideFirst ? thread / (2 * threads)
            : 4 * (thread % 2);
        // Of the smaller tile a thread loads twice: the other half of the rows of sides, or of the sides.
        int aSide1 = aSideFirst ? aSide : aSide + 32, aDepth1 = aSideFirst ? aDepth + 4 : aDepth;
        int bSide1 = bSideFirst ? bSide : bSide + 32, bDepth1 = bSideFirst ? bDepth + 4 : bDepth;

        Quad c0l = Quad.Zero, c0h = Quad.Zero, c1l = Quad.Zero, c1h = Quad.Zero, c2l = Quad.Zero, c2h = Quad.Zero,
            c3l = Quad.Zero, c3h = Quad.Zero;
        Quad c4l = Quad.Zero, c4h = Quad.Zero, c5l = Quad.Zero, c5h = Quad.Zero, c6l = Quad.Zero, c6h = Quad.Zero,
            c7l = Quad.Zero, c7h = Quad.Zero;
        Quad sl = Quad.Zero, sh = Quad.Zero, a1 = Quad.Zero, b1 = Quad.Zero;

        Quad a0 = g.FourOfA(a, firstRow + aSide, g.FirstTerm + aDepth);
        Quad b0 = g.FourOfB(b, firstColumn + bSide, g.FirstTerm + bDepth);
        GemmLoads.StoreFour(shared, 0, stride, aSide, aDepth, aSideFirst, a0);
        GemmLoads.StoreFour(shared, 4 * quadsOfOperand, stride, bSide, bDepth, bSideFirst, b0);
        if (default(TTile).Threads == 8)
        {
            a1 = g.FourOfA(a, firstRow + aSide1, g.FirstTerm + aDepth1);
            b1 = g.FourOfB(b, firstColumn + bSide1, g.FirstTerm + bDepth1);
            GemmLoads.StoreFour(shared, 0, stride, aSide1, aDepth1, aSideFirst, a1);
            GemmLoads.StoreFour(shared, 4 * quadsOfOperand, stride, bSide1, bDepth1, bSideFirst, b1);
        }

        Group.Barrier();
        int present = 0;
        for (int start = g.FirstTerm + Depth; start < g.EndTerm + Depth; start += Depth)
        {
            bool more = start < g.EndTerm;
            if (more)
            {
                a0 = g.FourOfA(a, firstRow + aSide, start + aDepth);
                b0 = g.FourOfB(b, firstColumn + bSide, start + bDepth);
                if (default(TTile).Threads == 8)
                {
                    a1 = g.FourOfA(a, firstRow + aSide1, start + aDepth1);
                    b1 = g.FourOfB(b, firstColumn + bSide1, start + bDepth1);
                }
            }

            // Views of their own, so that all that is left of an address within them is a constant of the unrolled
            // loop.
            ArrayView<Quad> rows = shared.SubView(present + threadRow),
                columns = shared.SubView(present + quadsOfOperand + threadColumn);
            for (int depth = 0; depth < Depth; depth++)
            {
                Quad xl = rows[depth * quadStride], xh = rows[depth * quadStride + half];
                Quad yl = columns[depth * quadStride], yh = columns[depth * quadStride + half];
                c0l = Quad.Fma(xl.X, yl, c0l);
                c0h = Quad.Fma(xl.X, yh, c0h);
                c1l = Quad.Fma(xl.Y, yl, c1l);
                c1h = Quad.Fma(xl.Y, yh, c1h);
                c2l = Quad.Fma(xl.Z, yl, c2l);
                c2h = Quad.Fma(xl.Z, yh, c2h);
                c3l = Quad.Fma(xl.W, yl, c3l);
                c3h = Quad.Fma(xl.W, yh, c3h);
                c4l = Quad.Fma(xh.X, yl, c4l);
                c4h = Quad.Fma(xh.X, yh, c4h);
                c5l = Quad.Fma(xh.Y, yl, c5l);
                c5h = Quad.Fma(xh.Y, yh, c5h);
                c6l = Quad.Fma(xh.Z, yl, c6l);
                c6h = Quad.Fma(xh.Z, yh, c6h);
                c7l = Quad.Fma(xh.W, yl, c7l);
                c7h = Quad.Fma(xh.W, yh, c7h);
                if (default(TEpilogue).SumsColumns)
                {
                    sl = Quad.Add(sl, yl);
                    sh = Quad.Add(sh, yh);
                }
            }

            present = quadsOfRound - present;
            if (more)
            {
                GemmLoads.StoreFour(shared, 4 * present, stride, aSide, aDepth, aSideFirst, a0);
                GemmLoads.StoreFour(shared, 4 * (present + quadsOfOperand), stride, bSide, bDepth, bSideFirst, b0);
                if (default(TTile).Threads == 8)
                {
                    GemmLoads.StoreFour(shared, 4 * present, stride, aSide1, aDepth1, aSideFirst, a1);
                    GemmLoads.StoreFour(
                        shared, 4 * (present + quadsOfOperand), stride, bSide1, bDepth1, bSideFirst, b1);
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
        ArrayView<float> c, ArrayView<float> operand, int row, int column, int half, TProduct g, Quad low, Quad high)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int start = GemmStores.Row(g, row);
        GemmStores.Four<TProduct, TEpilogue>(c, operand, start, column, g, low);
        GemmStores.Four<TProduct, TEpilogue>(c, operand, start, column + half, g, high);
    }
}
