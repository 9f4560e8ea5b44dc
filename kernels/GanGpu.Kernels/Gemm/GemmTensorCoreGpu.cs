using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The tiles of <see cref="GemmTensorCoreGpu"/>, as a type, so that they are constants of the kernel.
/// </summary>
internal interface ITensorTile
{
    /// <summary>Rows and columns of C that a group makes.</summary>
    int Side { get; }

    /// <summary>Rows that a warp makes; it makes 32 columns.</summary>
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
/// single precision. A group makes a tile of 64 x 64 or 128 x 128 elements, a warp 32 or 64 rows of 32 columns of it,
/// in fragments of 16 x 8. 16 words along the sums are in shared memory at a time, twice, as in
/// <see cref="GemmLargeGpu"/>. For what
/// <see cref="GemmOperands.Quads"/> allows. Overwrites C and, where asked for, the column sums, which are not rounded.
/// CUDA only.
/// </summary>
/// <remarks>
/// Rows of the shared tiles are 8 words longer than the tile: the 32 places (t, g) that a warp reads at once then lie
/// in 32 different banks.
/// </remarks>
internal static class GemmTensorCoreGpu
{
    private const int Depth = 16, Padding = 8, WarpColumns = 32, WarpSize = 32;

    /// <summary>Threads of a group that makes tiles of a side.</summary>
    public static int Threads(int side) => side == 128 ? 256 : 128;

    /// <summary>A, B and C as <see cref="GemmShape"/> says; operand as the epilogue says.</summary>
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
        ArrayView<Quad> shared = SharedMemory.Allocate<Quad>(Depth * (default(TTile).Side + Padding));

        int tilesPerRow = (g.Columns + side - 1) / side;
        int tileRow = Grid.IdxX / tilesPerRow;
        int firstRow = tileRow * side, firstColumn = (Grid.IdxX - tileRow * tilesPerRow) * side;
        int thread = Group.IdxX, warp = thread / WarpSize, lane = thread % WarpSize;
        int warpsOfRow = side / WarpColumns;
        int warpRow = warp / warpsOfRow * default(TTile).WarpRows, warpColumn = warp % warpsOfRow * WarpColumns;
        int laneGroup = lane / 4, laneOfGroup = lane % 4;

        // A thread loads twice four words of each operand: along the sides where they are contiguous, else along the
        // sums.
        bool aSideFirst = g.RowsAreContiguous, bSideFirst = g.ColumnsAreContiguous;
        int foursOfRow = side / 4;
        int aSide = aSideFirst ? 4 * (thread % foursOfRow) : thread / 4, aWord = aSideFirst ? thread / foursOfRow
            : 4 * (thread % 4);
        int bSide = bSideFirst ? 4 * (thread % foursOfRow) : thread / 4, bWord = bSideFirst ? thread / foursOfRow
            : 4 * (thread % 4);
        int aSide1 = aSideFirst ? aSide : aSide + side / 2, aWord1 = aSideFirst ? aWord + Depth / 2 : aWord;
        int bSide1 = bSideFirst ? bSide : bSide + side / 2, bWord1 = bSideFirst ? bWord + Depth / 2 : bWord;

        int firstWord = g.FirstTerm / default(TPrecision).TermsOfWord;
        Quad sums = default;
        TensorSums.Declare();

        Quad a0 = LowOfA<TProduct, TPrecision>(g, a, firstRow + aSide, firstWord + aWord),
            a0h = HighOfA<TProduct, TPrecision>(g, a, firstRow + aSide, firstWord + aWord);
        Quad a1 = LowOfA<TProduct, TPrecision>(g, a, firstRow + aSide1, firstWord + aWord1),
            a1h = HighOfA<TProduct, TPrecision>(g, a, firstRow + aSide1, firstWord + aWord1);
        Quad b0 = LowOfB<TProduct, TPrecision>(g, b, firstColumn + bSide, firstWord + bWord),
            b0h = HighOfB<TProduct, TPrecision>(g, b, firstColumn + bSide, firstWord + bWord);
        Quad b1 = LowOfB<TProduct, TPrecision>(g, b, firstColumn + bSide1, firstWord + bWord1),
            b1h = HighOfB<TProduct, TPrecision>(g, b, firstColumn + bSide1, firstWord + bWord1);
        int present = 0, endWord = (g.EndTerm + default(TPrecision).TermsOfWord - 1) / default(TPrecision).TermsOfWord;
        for (int start = firstWord; start < endWord; start += Depth)
        {
            GemmLoads.StoreFour(
                shared, present, stride, aSide, aWord, aSideFirst,
                TensorRounding.Round<TPrecision>(a0, a0h, aSideFirst));
            GemmLoads.StoreFour(
                shared, present, stride, aSide1, aWord1, aSideFirst,
                TensorRounding.Round<TPrecision>(a1, a1h, aSideFirst));
            GemmLoads.StoreFour(
                shared, present + wordsOfOperand, stride, bSide, bWord, bSideFirst,
                TensorRounding.Round<TPrecision>(b0, b0h, bSideFirst));
            GemmLoads.StoreFour(
                shared, present + wordsOfOperand, stride, bSide1, bWord1, bSideFirst,
                TensorRounding.Round<TPrecision>(b1, b1h, bSideFirst));
            if (default(TEpilogue).SumsColumns)
                sums = Quad.Add(sums, Quad.Add(Quad.Add(b0, b0h), Quad.Add(b1, b1h)));
            Group.Barrier();

            // On their way while the present ones are multiplied; past the end they read as zeros and are not used.
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
            for (int step = 0; step < Depth; step += TensorSums.WordsOfStep)
            {
                // Views of their own, so that all that is left of an address within them is a constant.
                int place = present + (step + laneOfGroup) * stride + laneGroup;
                ArrayView<uint> rows = words.SubView(place + warpRow),
                    columns = words.SubView(place + wordsOfOperand + warpColumn);
                Words y = Columns(columns, 0, 4 * stride), last = Columns(columns, 16, 4 * stride + 16);
                TensorSums.MultiplyAdd0<TPrecision>(Fragment(rows, 0, 4 * stride), y, last);
                TensorSums.MultiplyAdd1<TPrecision>(Fragment(rows, 16, 4 * stride + 16), y, last);
                if (default(TTile).WarpRows == 64)
                {
                    TensorSums.MultiplyAdd2<TPrecision>(Fragment(rows, 32, 4 * stride + 32), y, last);
                    TensorSums.MultiplyAdd3<TPrecision>(Fragment(rows, 48, 4 * stride + 48), y, last);
                }
            }

            present = wordsOfRound - present;
        }

        int row = firstRow + warpRow + laneGroup, firstOfLane = firstColumn + warpColumn + 2 * laneOfGroup;
        StoreRow<TProduct, TEpilogue>(c, operand, row, firstOfLane, g, TensorSums.Read0());
        StoreRow<TProduct, TEpilogue>(c, operand, row + 16, firstOfLane, g, TensorSums.Read1());
        if (default(TTile).WarpRows == 64)
        {
            StoreRow<TProduct, TEpilogue>(c, operand, row + 32, firstOfLane, g, TensorSums.Read2());
            StoreRow<TProduct, TEpilogue>(c, operand, row + 48, firstOfLane, g, TensorSums.Read3());
        }

        if (default(TEpilogue).SumsColumns & bSideFirst)
        {
            // Each thread has added up the terms of its four columns in its own words; the threads of a column are
            // added in order.
            Group.Barrier();
            shared[thread] = sums;
            Group.Barrier();
            if (firstRow == 0 & thread < foursOfRow)
            {
                Quad total = shared[thread];
                for (int other = thread + foursOfRow; other < Group.DimX; other += foursOfRow)
                    total = Quad.Add(total, shared[other]);
                GemmStores.ColumnSums(operand, firstColumn + 4 * thread, g, total);
            }
        }
    }

    /// <summary>The first term of each of four words, or in BF16 along the sums the first two words' terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad LowOfA<TProduct, TPrecision>(TProduct g, ArrayView<float> a, int row, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        g.FourOfA(a, row, word * default(TPrecision).TermsOfWord);

    /// <summary>In BF16 what is left of four words; in TF32 nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad HighOfA<TProduct, TPrecision>(TProduct g, ArrayView<float> a, int row, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        default(TPrecision).TermsOfWord == 1 ? Quad.Zero : g.FourOfA(a, row, 2 * word + (g.RowsAreContiguous ? 1 : 4));

    /// <summary>As <see cref="LowOfA"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad LowOfB<TProduct, TPrecision>(TProduct g, ArrayView<float> b, int column, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        g.FourOfB(b, column, word * default(TPrecision).TermsOfWord);

    /// <summary>As <see cref="HighOfA"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad HighOfB<TProduct, TPrecision>(TProduct g, ArrayView<float> b, int column, int word)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TPrecision : unmanaged, ITensorPrecision =>
        default(TPrecision).TermsOfWord == 1 ? Quad.Zero
            : g.FourOfB(b, column, 2 * word + (g.ColumnsAreContiguous ? 1 : 4));

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
        ArrayView<float> c, ArrayView<float> operand, int start, int later, int column, TProduct g, Quad values)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        GemmStores.Element<TProduct, TEpilogue>(c, operand, start, column, g, values.X);
        GemmStores.Element<TProduct, TEpilogue>(c, operand, start, column + 1, g, values.Y);
        GemmStores.Element<TProduct, TEpilogue>(c, operand, later, column, g, values.Z);
        GemmStores.Element<TProduct, TEpilogue>(c, operand, later, column + 1, g, values.W);
    }
}
