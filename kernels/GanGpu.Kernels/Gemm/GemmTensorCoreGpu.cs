using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The tiles of <see cref="GemmTensorCoreGpu"/>. It is a type so that their sizes are constants of the kernel.
/// </summary>
internal interface ITensorTile
{
    /// <summary>Rows and columns of a group's tile of C.</summary>
    int Side { get; }

    /// <summary>Rows that a warp computes, of 32 columns each.</summary>
    int WarpRows { get; }
}

/// <summary>64 x 64 by 4 warps.</summary>
internal readonly struct TensorTile64 : ITensorTile
{
    public int Side => 64;

    public int WarpRows => 32;
}

/// <summary>128 x 128 by 8 warps.</summary>
internal readonly struct TensorTile128 : ITensorTile
{
    public int Side => 128;

    public int WarpRows => 64;
}

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]) on NVIDIA's tensor cores: factors rounded to TF32 or BF16, sums in
/// single precision. A group computes a tile of 64 x 64 or 128 x 128 elements, a warp 32 or 64 rows of 32 columns of
/// it, in fragments of 16 x 8. Shared memory is double-buffered as in <see cref="GemmLargeGpu"/>, with 16 words along K
/// in a buffer. Requires <see cref="GemmOperands.Vectorized"/>. Overwrites C and, if the epilogue has them, the column
/// sums, which are not rounded. CUDA only.
/// </summary>
/// <remarks>
/// Rows of the shared tiles are 8 words longer than the tile: the 32 elements (t, g) that a warp reads at once are then
/// in 32 different banks.
/// </remarks>
internal static class GemmTensorCoreGpu
{
    private const int Depth = 16, Padding = 8, WarpColumns = 32, WarpSize = 32;

    /// <summary>Threads of a group whose tiles have this side.</summary>
    public static int Threads(int side) => side == 128 ? 256 : 128;

    /// <summary>A, B and C have the layouts of <see cref="GemmShape"/>; the epilogue determines the operand.</summary>
    public static void GemmTensorCoreKernel<TProduct, TEpilogue, TPrecision, TTile>(
        TProduct whole, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TPrecision : unmanaged, ITensorPrecision
        where TTile : unmanaged, ITensorTile
    {
        TProduct g = whole.Slice(Grid.IdxY);
        int side = default(TTile).Side, stride = side + Padding, wordsOfOperand = Depth * stride,
            wordsOfRound = 2 * wordsOfOperand;
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(Depth * (default(TTile).Side + Padding));

        int tilesPerRow = (g.Columns + side - 1) / side;
        int tileRow = Grid.IdxX / tilesPerRow;
        int firstRow = tileRow * side, firstColumn = (Grid.IdxX - tileRow * tilesPerRow) * side;
        int thread = Group.IdxX, warp = thread / WarpSize, lane = thread % WarpSize;
        int warpsOfRow = side / WarpColumns;
        int warpRow = warp / warpsOfRow * default(TTile).WarpRows, warpColumn = warp % warpsOfRow * WarpColumns;
        int laneGroup = lane / 4, laneOfGroup = lane % 4;

        // A thread loads four words of each operand twice: along the sides if they are contiguous, otherwise along K.
        bool aSideFirst = g.RowsAreContiguous, bSideFirst = g.ColumnsAreContiguous;
        int foursOfRow = side / 4;
        int aSide = aSideFirst ? 4 * (thread % foursOfRow) : thread / 4, aWord = aSideFirst ? thread / foursOfRow
            : 4 * (thread % 4);
        int bSide = bSideFirst ? 4 * (thread % foursOfRow) : thread / 4, bWord = bSideFirst ? thread / foursOfRow
            : 4 * (thread % 4);
        int aSide1 = aSideFirst ? aSide : aSide + side / 2, aWord1 = aSideFirst ? aWord + Depth / 2 : aWord;
        int bSide1 = bSideFirst ? bSide : bSide + side / 2, bWord1 = bSideFirst ? bWord + Depth / 2 : bWord;

        int firstWord = g.KBegin / default(TPrecision).KPerWord;
        Float4 sums = default;
        TensorAccumulators.Declare();

        Float4 a0 = LowOfA<TProduct, TPrecision>(g, a, firstRow + aSide, firstWord + aWord),
            a0h = HighOfA<TProduct, TPrecision>(g, a, firstRow + aSide, firstWord + aWord);
        Float4 a1 = LowOfA<TProduct, TPrecision>(g, a, firstRow + aSide1, firstWord + aWord1),
            a1h = HighOfA<TProduct, TPrecision>(g, a, firstRow + aSide1, firstWord + aWord1);
        Float4 b0 = LowOfB<TProduct, TPrecision>(g, b, firstColumn + bSide, firstWord + bWord),
            b0h = HighOfB<TProduct, TPrecision>(g, b, firstColumn + bSide, firstWord + bWord);
        Float4 b1 = LowOfB<TProduct, TPrecision>(g, b, firstColumn + bSide1, firstWord + bWord1),
            b1h = HighOfB<TProduct, TPrecision>(g, b, firstColumn + bSide1, firstWord + bWord1);
        int present = 0, endWord = (g.KEnd + default(TPrecision).KPerWord - 1) / default(TPrecision).KPerWord;
        for (int start = firstWord; start < endWord; start += Depth)
        {
            GemmLoads.StoreShared4(
                shared, present, stride, aSide, aWord, aSideFirst,
                TensorRounding.Round<TPrecision>(a0, a0h, aSideFirst));
            GemmLoads.StoreShared4(
                shared, present, stride, aSide1, aWord1, aSideFirst,
                TensorRounding.Round<TPrecision>(a1, a1h, aSideFirst));
            GemmLoads.StoreShared4(
                shared, present + wordsOfOperand, stride, bSide, bWord, bSideFirst,
                TensorRounding.Round<TPrecision>(b0, b0h, bSideFirst));
            GemmLoads.StoreShared4(
                shared, present + wordsOfOperand, stride, bSide1, bWord1, bSideFirst,
                TensorRounding.Round<TPrecision>(b1, b1h, bSideFirst));
            if (default(TEpilogue).SumsColumns)
                sums = Float4.Add(sums, Float4.Add(Float4.Add(b0, b0h), Float4.Add(b1, b1h)));
            Group.Barrier();

            // The next words are loaded while the present ones are multiplied. Past the end they read as 0 and are not
            // used.
            int next = start + Depth;
            if (next < endWord)
            {
                a0 = LowOfA<TProduct, TPrecision>(g, a, firstRow + aSide, next + aWord);
                a0h = HighOfA<TProduct, TPrecision>(g, a, firstRow + aSide, next + aWord);
                a1 = LowOfA<TProduct, TPrecision>(g, a, firstRow + aSide1, next + aWord1);
                a1h = HighOfA<TProduct, TPrecision>(g, a, firstRow + aSide1, next + aWord1);
                b0 = LowOfB<TProduct, TPrecision>(g, b, firstColumn + bSide, next + bWord);
                b0h = HighOfB<TProduct, TPrecision>(g, b, firstColumn + bSide, next + bWord);
                b1 = LowOfB<TProduct, TPrecision>(g, b, firstColumn + bSide1, next + bWord1);
                b1h = HighOfB<TProduct, TPrecision>(g, b, firstColumn + bSide1, next + bWord1);
            }

            ArrayView<uint> words = shared.Cast<uint>();
            for (int step = 0; step < Depth; step += TensorAccumulators.WordsPerStep)
            {
                // Separate views, so that the offsets within them are constants.
                int place = present + (step + laneOfGroup) * stride + laneGroup;
                ArrayView<uint> rows = words.SubView(place + warpRow),
                    columns = words.SubView(place + wordsOfOperand + warpColumn);
                Words y = Columns(columns, 0, 4 * stride), last = Columns(columns, 16, 4 * stride + 16);
                TensorAccumulators.MultiplyAdd0<TPrecision>(Fragment(rows, 0, 4 * stride), y, last);
                TensorAccumulators.MultiplyAdd1<TPrecision>(Fragment(rows, 16, 4 * stride + 16), y, last);
                if (default(TTile).WarpRows == 64)
                {
                    TensorAccumulators.MultiplyAdd2<TPrecision>(Fragment(rows, 32, 4 * stride + 32), y, last);
                    TensorAccumulators.MultiplyAdd3<TPrecision>(Fragment(rows, 48, 4 * stride + 48), y, last);
                }
            }

            present = wordsOfRound - present;
        }

        int row = firstRow + warpRow + laneGroup, firstOfLane = firstColumn + warpColumn + 2 * laneOfGroup;
        StoreRow<TProduct, TEpilogue>(c, operand, row, firstOfLane, g, TensorAccumulators.Read0());
        StoreRow<TProduct, TEpilogue>(c, operand, row + 16, firstOfLane, g, TensorAccumulators.Read1());
        if (default(TTile).WarpRows == 64)
        {
            StoreRow<TProduct, TEpilogue>(c, operand, row + 32, firstOfLane, g, TensorAccumulators.Read2());
            StoreRow<TProduct, TEpilogue>(c, operand, row + 48, firstOfLane, g, TensorAccumulators.Read3());
        }

        if (default(TEpilogue).SumsColumns & bSideFirst)
        {
            // Each thread has summed its own words of its four columns. The sums of a column's threads are added in
            // order.
            Group.Barrier();
            shared[thread] = sums;
            Group.Barrier();
            if (firstRow == 0 & thread < foursOfRow)
            {
                Float4 total = shared[thread];
                for (int other = thread + foursOfRow; other < Group.DimX; other += foursOfRow)
                    total = Float4.Add(total, shared[other]);
                GemmStores.ColumnSums(operand, firstColumn + 4 * thread, g, total);
            }
        }
    }

    /// <summary>The first factor of each of four words; for BF16 along K, the factors of the first two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 LowOfA<TProduct, TPrecision>(TProduct g, ArrayView<float> a, int row, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        g.LoadA4(a, row, word * default(TPrecision).KPerWord);

    /// <summary>For BF16 the other factors of four words; for TF32 zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 HighOfA<TProduct, TPrecision>(TProduct g, ArrayView<float> a, int row, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        default(TPrecision).KPerWord == 1 ? Float4.Zero : g.LoadA4(a, row, 2 * word + (g.RowsAreContiguous ? 1 : 4));

    /// <summary>As <see cref="LowOfA"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 LowOfB<TProduct, TPrecision>(TProduct g, ArrayView<float> b, int column, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        g.LoadB4(b, column, word * default(TPrecision).KPerWord);

    /// <summary>As <see cref="HighOfA"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 HighOfB<TProduct, TPrecision>(TProduct g, ArrayView<float> b, int column, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        default(TPrecision).KPerWord == 1 ? Float4.Zero
            : g.LoadB4(b, column, 2 * word + (g.ColumnsAreContiguous ? 1 : 4));

    /// <summary>A's fragment of 16 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Fragment(ArrayView<uint> words, int first, int after)
    {
        Words fragment;
        fragment.X = words[first];
        fragment.Y = words[first + 8];
        fragment.Z = words[after];
        fragment.W = words[after + 8];
        return fragment;
    }

    /// <summary>B's fragments of two times 8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Columns(ArrayView<uint> words, int first, int after)
    {
        Words fragments;
        fragments.X = words[first];
        fragments.Y = words[after];
        fragments.Z = words[first + 8];
        fragments.W = words[after + 8];
        return fragments;
    }

    /// <summary>Four fragments side by side: rows row and row + 8, two columns of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int row, int column, TProduct g, TensorRow sums)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        int start = GemmStores.Row(g, row), later = GemmStores.Row(g, row + 8);
        StoreFragment<TProduct, TEpilogue>(c, operand, start, later, column, g, sums.C0);
        StoreFragment<TProduct, TEpilogue>(c, operand, start, later, column + 8, g, sums.C1);
        StoreFragment<TProduct, TEpilogue>(c, operand, start, later, column + 16, g, sums.C2);
        StoreFragment<TProduct, TEpilogue>(c, operand, start, later, column + 24, g, sums.C3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFragment<TProduct, TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int start, int later, int column, TProduct g, Float4 values)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        GemmStores.Store<TProduct, TEpilogue>(c, operand, start, column, g, values.X);
        GemmStores.Store<TProduct, TEpilogue>(c, operand, start, column + 1, g, values.Y);
        GemmStores.Store<TProduct, TEpilogue>(c, operand, later, column, g, values.Z);
        GemmStores.Store<TProduct, TEpilogue>(c, operand, later, column + 1, g, values.W);
    }
}
