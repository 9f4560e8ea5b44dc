using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]) for outputs too small to fill a GPU with large tiles: a group makes
/// 32 x 32 elements of C, and its threads form teams of 64 that share the sums: each team adds up its own part of K, a
/// thread 4 x 4 elements in registers; at the end the teams' sums are added in their order through shared memory. Step
/// by step, 16 terms of both operands are brought into shared memory and used 32 times each. Overwrites C and, where
/// asked for, the column sums.
/// </summary>
/// <remarks>
/// The sums are named variables because ILGPU does not unroll loops, and an array indexed by one lands in (slow) local
/// memory on CUDA. Operands of the next terms are read from global memory while the present ones are multiplied, where
/// they are read four floats at a time.
/// </remarks>
internal static class GemmSplitGpu
{
    /// <summary>Threads of a team.</summary>
    public const int TeamSize = 64;

    /// <summary>Rows and columns of C that a group makes.</summary>
    public const int Tile = 32;

    /// <summary>Bytes of shared memory for each team.</summary>
    public const int SharedBytesOfTeam = QuadsOfTeam * 16;

    /// <summary>A team's tiles of A and B, which at the end hold its 64 x 16 sums and 32 column sums.</summary>
    private const int QuadsOfTeam = 2 * QuadsOfTile;

    private const int Depth = 16, ThreadsPerRow = Tile / 4, LoadsPerThread = Tile * Depth / TeamSize;

    // Four floats of padding per row of 32: rows start in different banks and stay aligned for reads of four.
    private const int RowStride = Tile + 4, QuadStride = RowStride / 4, QuadsOfTile = Depth * QuadStride;

    /// <summary>A, B and C as <see cref="GemmShape"/> says; operand as the epilogue says.</summary>
    public static void GemmSplitKernel<TProduct, TEpilogue, TLoads, TTeams>(
        TProduct whole, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TTeams : unmanaged, IGemmTeams =>
        MakeTile<TProduct, TEpilogue, TLoads, TTeams>(
            Grid.IdxX, whole.Slice(Grid.IdxY), a, b, c, operand, Share<TTeams>());

    /// <summary>The shared memory that <see cref="MakeTile"/> needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<Quad> Share<TTeams>()
        where TTeams : unmanaged, IGemmTeams => SharedMemory.Allocate<Quad>(default(TTeams).Count * QuadsOfTeam);

    /// <summary>Tile number <paramref name="tile"/> of C, row by row; called by a whole group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MakeTile<TProduct, TEpilogue, TLoads, TTeams>(
        int tile, TProduct g, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand,
        ArrayView<Quad> shared)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TTeams : unmanaged, IGemmTeams
    {
        int tilesPerRow = (g.Columns + Tile - 1) / Tile;
        int tileRow = tile / tilesPerRow;
        int firstRow = tileRow * Tile, firstColumn = (tile - tileRow * tilesPerRow) * Tile;
        int team = Group.IdxX / TeamSize, thread = Group.IdxX % TeamSize;
        int threadRow = thread / ThreadsPerRow, threadColumn = thread % ThreadsPerRow;
        int teamQuads = team * QuadsOfTeam;
        int aFloats = 4 * teamQuads, bFloats = aFloats + 4 * QuadsOfTile;

        // Views of their own, so that all that is left of an address within them is a constant of the unrolled loop.
        ArrayView<Quad> rows = shared.SubView(teamQuads + threadRow),
            columns = shared.SubView(teamQuads + QuadsOfTile + threadColumn);

        // Every team takes as many rounds, so that all meet at the barriers; what a last one lacks reads as zeros.
        int rounds = ((g.EndTerm - g.FirstTerm + Depth - 1) / Depth + default(TTeams).Count - 1)
            / default(TTeams).Count;
        int start = g.FirstTerm + team * rounds * Depth;

        bool aSideFirst = g.RowsAreContiguous, bSideFirst = g.ColumnsAreContiguous;
        int aSide = aSideFirst ? 4 * (thread % 8) : thread / 4, aDepth = aSideFirst ? thread / 8 : 4 * (thread % 4);
        int bSide = bSideFirst ? 4 * (thread % 8) : thread / 4, bDepth = bSideFirst ? thread / 8 : 4 * (thread % 4);
        // The second of a thread's two loads of an operand: the tile's other half.
        int aSide1 = aSideFirst ? aSide : aSide + 16, aDepth1 = aSideFirst ? aDepth + 8 : aDepth;
        int bSide1 = bSideFirst ? bSide : bSide + 16, bDepth1 = bSideFirst ? bDepth + 8 : bDepth;

        Quad c0 = Quad.Zero, c1 = Quad.Zero, c2 = Quad.Zero, c3 = Quad.Zero, s = Quad.Zero;
        Quad a0 = Quad.Zero, a1 = Quad.Zero, b0 = Quad.Zero, b1 = Quad.Zero;
        if (default(TLoads).Quads)
        {
            a0 = g.FourOfA(a, firstRow + aSide, start + aDepth);
            a1 = g.FourOfA(a, firstRow + aSide1, start + aDepth1);
            b0 = g.FourOfB(b, firstColumn + bSide, start + bDepth);
            b1 = g.FourOfB(b, firstColumn + bSide1, start + bDepth1);
        }

        for (int round = 0; round < rounds; round++)
        {
            if (default(TLoads).Quads)
            {
                GemmLoads.StoreFour(shared, aFloats, RowStride, aSide, aDepth, aSideFirst, a0);
                GemmLoads.StoreFour(shared, aFloats, RowStride, aSide1, aDepth1, aSideFirst, a1);
                GemmLoads.StoreFour(shared, bFloats, RowStride, bSide, bDepth, bSideFirst, b0);
                GemmLoads.StoreFour(shared, bFloats, RowStride, bSide1, bDepth1, bSideFirst, b1);
            }
            else
            {
                ArrayView<float> floats = shared.Cast<float>();
                for (int load = 0; load < LoadsPerThread; load++)
                {
                    // Neighbouring threads read neighbouring addresses: along the tile's side, or along K where that is
                    // contiguous.
                    int sideA = aSideFirst ? thread % Tile : thread / Depth + load * (TeamSize / Depth);
                    int depthA = aSideFirst ? thread / Tile + load * (TeamSize / Tile) : thread % Depth;
                    int sideB = bSideFirst ? thread % Tile : thread / Depth + load * (TeamSize / Depth);
                    int depthB = bSideFirst ? thread / Tile + load * (TeamSize / Tile) : thread % Depth;
                    floats[aFloats + depthA * RowStride + sideA] = g.FactorOfA(a, firstRow + sideA, start + depthA);
                    floats[bFloats + depthB * RowStride + sideB] = g.FactorOfB(b, firstColumn + sideB, start + depthB);
                }
            }

            Group.Barrier();
            start += Depth;
            if (default(TLoads).Quads & round + 1 < rounds)
            {
                a0 = g.FourOfA(a, firstRow + aSide, start + aDepth);
                a1 = g.FourOfA(a, firstRow + aSide1, start + aDepth1);
                b0 = g.FourOfB(b, firstColumn + bSide, start + bDepth);
                b1 = g.FourOfB(b, firstColumn + bSide1, start + bDepth1);
            }

            for (int depth = 0; depth < Depth; depth++)
            {
                Quad x = rows[depth * QuadStride], y = columns[depth * QuadStride];
                c0 = Quad.Fma(x.X, y, c0);
                c1 = Quad.Fma(x.Y, y, c1);
                c2 = Quad.Fma(x.Z, y, c2);
                c3 = Quad.Fma(x.W, y, c3);
                if (default(TEpilogue).SumsColumns)
                    s = Quad.Add(s, y);
            }

            Group.Barrier();
        }

        int row = firstRow + 4 * threadRow, column = firstColumn + 4 * threadColumn;
        bool sumsColumns = default(TEpilogue).SumsColumns & firstRow == 0 & threadRow == 0;
        if (default(TTeams).Count == 1)
        {
            Store<TProduct, TEpilogue, TLoads>(c, operand, row, column, g, c0);
            Store<TProduct, TEpilogue, TLoads>(c, operand, row + 1, column, g, c1);
            Store<TProduct, TEpilogue, TLoads>(c, operand, row + 2, column, g, c2);
            Store<TProduct, TEpilogue, TLoads>(c, operand, row + 3, column, g, c3);
            if (sumsColumns)
                GemmStores.ColumnSums(operand, column, g, s);
        }
        else
        {
            shared[teamQuads + thread] = c0;
            shared[teamQuads + TeamSize + thread] = c1;
            shared[teamQuads + 2 * TeamSize + thread] = c2;
            shared[teamQuads + 3 * TeamSize + thread] = c3;
            if (sumsColumns)
                shared[teamQuads + 4 * TeamSize + threadColumn] = s;
            Group.Barrier();

            // The teams share the four rows of every thread among them.
            for (int i = team; i < 4; i += default(TTeams).Count)
                Store<TProduct, TEpilogue, TLoads>(
                    c, operand, row + i, column, g, Total<TTeams>(shared, i * TeamSize + thread));
            if (sumsColumns & team == 0)
                GemmStores.ColumnSums(operand, column, g, Total<TTeams>(shared, 4 * TeamSize + threadColumn));
        }
    }

    /// <summary>The sum of what all teams have at one place, in the order of the teams.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad Total<TTeams>(ArrayView<Quad> shared, int place)
        where TTeams : unmanaged, IGemmTeams
    {
        Quad total = shared[place];
        for (int other = 1; other < default(TTeams).Count; other++)
            total = Quad.Add(total, shared[other * QuadsOfTeam + place]);
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TProduct, TEpilogue, TLoads>(
        ArrayView<float> c, ArrayView<float> operand, int row, int column, TProduct g, Quad sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
    {
        if (default(TLoads).Quads)
            GemmStores.Four<TProduct, TEpilogue>(c, operand, GemmStores.Row(g, row), column, g, sums);
        else
            GemmStores.Elements<TProduct, TEpilogue>(c, operand, GemmStores.Row(g, row), column, g, sums);
    }
}
