using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]) for outputs too small to fill a GPU with large tiles (split-K within
/// a group). A group computes a tile of 32 x 32 elements of C. K is divided into slices: 64 threads sum each slice, a
/// thread 4 x 4 elements in registers, and at the end the slices' sums are added in order through shared memory. In
/// each round 16 steps of K of both operands are loaded into shared memory and used 32 times each. Overwrites C and, if
/// the epilogue has them, the column sums.
/// </summary>
/// <remarks>
/// The sums are named variables because ILGPU does not unroll loops, and an indexed array would be in (slow) local
/// memory on CUDA. If operands are read four floats at a time, the next round is loaded from global memory while the
/// present one is multiplied.
/// </remarks>
internal static class GemmSplitGpu
{
    /// <summary>Threads that sum one slice of K.</summary>
    public const int ThreadsPerSlice = 64;

    /// <summary>Rows and columns of a tile of C, which one group computes.</summary>
    public const int Tile = 32;

    /// <summary>Bytes of shared memory for each slice of K.</summary>
    public const int SharedBytesPerSlice = Float4sPerSlice * 16;

    /// <summary>A slice's tiles of A and B; at the end they hold its 64 x 16 sums and 32 column sums.</summary>
    private const int Float4sPerSlice = 2 * Float4sPerTile;

    private const int Depth = 16, ThreadsPerRow = Tile / 4, LoadsPerThread = Tile * Depth / ThreadsPerSlice;

    // Four floats of padding per row of 32: rows start in different banks and stay aligned for loads of four floats.
    private const int RowStride = Tile + 4, Float4Stride = RowStride / 4, Float4sPerTile = Depth * Float4Stride;

    /// <summary>A, B and C have the layouts of <see cref="GemmShape"/>; the epilogue determines the operand.</summary>
    public static void GemmSplitKernel<TProduct, TEpilogue, TLoads, TKSlices>(
        TProduct whole, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TKSlices : unmanaged, IKSlices =>
        ComputeTile<TProduct, TEpilogue, TLoads, TKSlices>(
            Grid.IdxX, whole.Slice(Grid.IdxY), a, b, c, operand, AllocateShared<TKSlices>());

    /// <summary>The shared memory that <see cref="ComputeTile"/> needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<Float4> AllocateShared<TKSlices>()
        where TKSlices : unmanaged, IKSlices =>
            SharedMemory.Allocate<Float4>(default(TKSlices).Count * Float4sPerSlice);

    /// <summary>Tile number <paramref name="tile"/> of C, row by row; called by a whole group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ComputeTile<TProduct, TEpilogue, TLoads, TKSlices>(
        int tile, TProduct g, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand,
        ArrayView<Float4> shared)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TKSlices : unmanaged, IKSlices
    {
        int tilesPerRow = (g.Columns + Tile - 1) / Tile;
        int tileRow = tile / tilesPerRow;
        int firstRow = tileRow * Tile, firstColumn = (tile - tileRow * tilesPerRow) * Tile;
        int kSlice = Group.IdxX / ThreadsPerSlice, thread = Group.IdxX % ThreadsPerSlice;
        int threadRow = thread / ThreadsPerRow, threadColumn = thread % ThreadsPerRow;
        int sliceOffset = kSlice * Float4sPerSlice;
        int aFloats = 4 * sliceOffset, bFloats = aFloats + 4 * Float4sPerTile;

        // Separate views, so that the offsets within them are constants of the unrolled loop.
        ArrayView<Float4> rows = shared.SubView(sliceOffset + threadRow),
            columns = shared.SubView(sliceOffset + Float4sPerTile + threadColumn);

        // Every slice takes the same number of rounds, so that all threads meet at the barriers; steps past the end
        // read as 0.
        int rounds = ((g.KEnd - g.KBegin + Depth - 1) / Depth + default(TKSlices).Count - 1)
            / default(TKSlices).Count;
        int start = g.KBegin + kSlice * rounds * Depth;

        bool aSideFirst = g.RowsAreContiguous, bSideFirst = g.ColumnsAreContiguous;
        int aSide = aSideFirst ? 4 * (thread % 8) : thread / 4, aDepth = aSideFirst ? thread / 8 : 4 * (thread % 4);
        int bSide = bSideFirst ? 4 * (thread % 8) : thread / 4, bDepth = bSideFirst ? thread / 8 : 4 * (thread % 4);
        // A thread's second load of an operand: the other half of the tile.
        int aSide1 = aSideFirst ? aSide : aSide + 16, aDepth1 = aSideFirst ? aDepth + 8 : aDepth;
        int bSide1 = bSideFirst ? bSide : bSide + 16, bDepth1 = bSideFirst ? bDepth + 8 : bDepth;

        Float4 c0 = Float4.Zero, c1 = Float4.Zero, c2 = Float4.Zero, c3 = Float4.Zero, s = Float4.Zero;
        Float4 a0 = Float4.Zero, a1 = Float4.Zero, b0 = Float4.Zero, b1 = Float4.Zero;
        if (default(TLoads).Vectorized)
        {
            a0 = g.LoadA4(a, firstRow + aSide, start + aDepth);
            a1 = g.LoadA4(a, firstRow + aSide1, start + aDepth1);
            b0 = g.LoadB4(b, firstColumn + bSide, start + bDepth);
            b1 = g.LoadB4(b, firstColumn + bSide1, start + bDepth1);
        }

        for (int round = 0; round < rounds; round++)
        {
            if (default(TLoads).Vectorized)
            {
                GemmLoads.StoreShared4(shared, aFloats, RowStride, aSide, aDepth, aSideFirst, a0);
                GemmLoads.StoreShared4(shared, aFloats, RowStride, aSide1, aDepth1, aSideFirst, a1);
                GemmLoads.StoreShared4(shared, bFloats, RowStride, bSide, bDepth, bSideFirst, b0);
                GemmLoads.StoreShared4(shared, bFloats, RowStride, bSide1, bDepth1, bSideFirst, b1);
            }
            else
            {
                ArrayView<float> floats = shared.Cast<float>();
                for (int load = 0; load < LoadsPerThread; load++)
                {
                    // Neighbouring threads read neighbouring addresses: along the tile's side, or along K if that is
                    // contiguous.
                    int sideA = aSideFirst ? thread % Tile : thread / Depth + load * (ThreadsPerSlice / Depth);
                    int depthA = aSideFirst ? thread / Tile + load * (ThreadsPerSlice / Tile) : thread % Depth;
                    int sideB = bSideFirst ? thread % Tile : thread / Depth + load * (ThreadsPerSlice / Depth);
                    int depthB = bSideFirst ? thread / Tile + load * (ThreadsPerSlice / Tile) : thread % Depth;
                    floats[aFloats + depthA * RowStride + sideA] = g.LoadA(a, firstRow + sideA, start + depthA);
                    floats[bFloats + depthB * RowStride + sideB] = g.LoadB(b, firstColumn + sideB, start + depthB);
                }
            }

            Group.Barrier();
            start += Depth;
            if (default(TLoads).Vectorized & round + 1 < rounds)
            {
                a0 = g.LoadA4(a, firstRow + aSide, start + aDepth);
                a1 = g.LoadA4(a, firstRow + aSide1, start + aDepth1);
                b0 = g.LoadB4(b, firstColumn + bSide, start + bDepth);
                b1 = g.LoadB4(b, firstColumn + bSide1, start + bDepth1);
            }

            for (int depth = 0; depth < Depth; depth++)
            {
                Float4 x = rows[depth * Float4Stride], y = columns[depth * Float4Stride];
                c0 = Float4.Fma(x.X, y, c0);
                c1 = Float4.Fma(x.Y, y, c1);
                c2 = Float4.Fma(x.Z, y, c2);
                c3 = Float4.Fma(x.W, y, c3);
                if (default(TEpilogue).SumsColumns)
                    s = Float4.Add(s, y);
            }

            Group.Barrier();
        }

        int row = firstRow + 4 * threadRow, column = firstColumn + 4 * threadColumn;
        bool sumsColumns = default(TEpilogue).SumsColumns & firstRow == 0 & threadRow == 0;
        if (default(TKSlices).Count == 1)
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
            shared[sliceOffset + thread] = c0;
            shared[sliceOffset + ThreadsPerSlice + thread] = c1;
            shared[sliceOffset + 2 * ThreadsPerSlice + thread] = c2;
            shared[sliceOffset + 3 * ThreadsPerSlice + thread] = c3;
            if (sumsColumns)
                shared[sliceOffset + 4 * ThreadsPerSlice + threadColumn] = s;
            Group.Barrier();

            // The four rows of every thread are divided among the slices' threads.
            for (int i = kSlice; i < 4; i += default(TKSlices).Count)
                Store<TProduct, TEpilogue, TLoads>(
                    c, operand, row + i, column, g, Total<TKSlices>(shared, i * ThreadsPerSlice + thread));
            if (sumsColumns & kSlice == 0)
                GemmStores.ColumnSums(operand, column, g, Total<TKSlices>(shared, 4 * ThreadsPerSlice + threadColumn));
        }
    }

    /// <summary>The sum of all slices' values at an index, in the order of the slices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Total<TKSlices>(ArrayView<Float4> shared, int place)
        where TKSlices : unmanaged, IKSlices
    {
        Float4 total = shared[place];
        for (int other = 1; other < default(TKSlices).Count; other++)
            total = Float4.Add(total, shared[other * Float4sPerSlice + place]);
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TProduct, TEpilogue, TLoads>(
        ArrayView<float> c, ArrayView<float> operand, int row, int column, TProduct g, Float4 sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads
    {
        if (default(TLoads).Vectorized)
            GemmStores.Store4<TProduct, TEpilogue>(c, operand, GemmStores.Row(g, row), column, g, sums);
        else
            GemmStores.StoreEach<TProduct, TEpilogue>(c, operand, GemmStores.Row(g, row), column, g, sums);
    }
}
