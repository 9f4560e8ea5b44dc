using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[M,N] = epilogue(op(A)[M,K] · op(B)[K,N]) on the host, all four forms of <see cref="GemmShape"/>. Overwrites C, and
/// the column sums where asked for.
/// </summary>
/// <remarks>
/// After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS 2008): B goes through in
/// panels of two vectors' width that stay in the nearest caches while all rows of A pass by
/// (<see cref="GemmHostTile"/>). A panel is copied only where that pays (<see cref="GemmHostCopies"/>), or where B is
/// transposed or its last columns fill no vector; where A has few rows, a transposed B is better left alone
/// (<see cref="GemmHostSwapped"/>). C is cut into one cell per thread (<see cref="GemmHostCells"/>); K never is, so the
/// result does not depend on the threads.
/// </remarks>
internal static unsafe class GemmHost
{
    /// <summary>
    /// Floats of scratch memory each thread of a team must have: a panel of B, a tile of C, a block of A.
    /// </summary>
    public const int ScratchLength = (LongestPanel + MostTileRows) * WidestPanel + LongestPanel * BlockStride;

    // 512 x 32 floats are 64 KiB: first-level caches have less, but the second level brings up a row while eight are
    // computed.
    private const int LongestPanel = GemmHostCopies.MostSteps, WidestPanel = 32, MostTileRows = GemmHostTile.MostRows;

    // Rows of A that go past one panel; their part of A (512 KiB) is still in the second-level cache for the next
    // panel.
    private const int RowBlock = 256;

    // A block of A that is copied has rows of an odd number of cache lines.
    private const int BlockStride = RowBlock + 16, PanelStride = LongestPanel + 16;

    /// <summary>An action that computes the product and allocates nothing.</summary>
    public static Action Bind(
        ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue) =>
        Bind(team, shape, new DenseHostRows(a), b, c, epilogue);

    /// <summary>As the other, with rows of A and C that lie in memory in some way of their own.</summary>
    public static Action Bind<TRows>(
        ThreadTeam team, GemmShape shape, TRows rows, float* b, float* c, GemmHostEpilogue epilogue)
        where TRows : struct, IGemmHostRows =>
        GemmHostEpilogues.Bind(epilogue, new Product<TRows>(team, shape, rows, b, c, epilogue));

    private readonly struct Product<TRows>(
        ThreadTeam team, GemmShape shape, TRows rows, float* b, float* c, GemmHostEpilogue epilogue) : IWithHostEpilogue
        where TRows : struct, IGemmHostRows
    {
        public Action Bind<TEpilogue>()
            where TEpilogue : struct, IGemmHostEpilogue =>
                GemmHost.Bind<TRows, TEpilogue>(team, shape, rows, b, c, epilogue);
    }

    private static Action Bind<TRows, TEpilogue>(
        ThreadTeam team, GemmShape shape, TRows rows, float* b, float* c, GemmHostEpilogue epilogue)
        where TRows : struct, IGemmHostRows
        where TEpilogue : struct, IGemmHostEpilogue
    {
        epilogue = epilogue with { OutputFromC = (nint)(epilogue.Output - c) };
        if (rows is DenseHostRows dense && BindFew<TEpilogue>(team, shape, dense.A, b, c, epilogue) is { } few)
            return few;
        GemmHostCells cells = new(shape, team.Threads, mayBeSwapped: !TRows.Gathers);
        return HostTask.Bind(
            team,
            new Kernel<TRows, TEpilogue>(
                shape, rows, b, c, epilogue, new(shape.K, shape.N, b, epilogue.ColumnSums), cells, team),
            cells.Count,
            double.MaxValue);
    }

    /// <summary>The products of vectors, and of few rows; null for any other.</summary>
    private static Action? BindFew<TEpilogue>(
        ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue)
        where TEpilogue : struct, IGemmHostEpilogue
    {
        // A column vector is stored like a row vector, which leaves two forms of matrix-vector product: the one that
        // takes dot products of A's rows, and the one that adds up multiples of them, a product with a single row.
        if (shape.N == 1 && !shape.TransposeA)
            return MatrixVectorHost.Bind<TEpilogue>(
                team, new(1, shape.M, shape.K), a, b, c, epilogue, givesColumn: true);
        if (shape is { M: <= MatrixVectorHost.MostVectors, TransposeA: false, TransposeB: true })
            return MatrixVectorHost.Bind<TEpilogue>(team, shape, b, a, c, epilogue, givesColumn: false);
        GemmHostSums sums = new(shape.K, shape.N, b, epilogue.ColumnSums);
        if (shape.N == 1 && epilogue.Bias == null)
            return GemmHostFewRows.Bind<TEpilogue>(team, new(1, shape.M, shape.K), b, a, c, epilogue, sums);
        return GemmHostFewRows.Suits(shape)
            ? GemmHostFewRows.Bind<TEpilogue>(team, shape, a, b, c, epilogue, sums) : null;
    }

    /// <summary>Units are cells of C.</summary>
    private readonly struct Kernel<TRows, TEpilogue>(
        GemmShape shape, TRows rows, float* b, float* c, GemmHostEpilogue arguments, GemmHostSums sums,
        GemmHostCells cells, ThreadTeam team) : IHostKernel
        where TRows : struct, IGemmHostRows
        where TEpilogue : struct, IGemmHostEpilogue
    {
        private readonly GemmHostCopies copies = new(shape, team.FirstLevelBytes);

        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int cell = start; cell < end; cell++)
            {
                sums.Run<TSimd>(cell, cells.Count);
                GemmHostCell part = cells[cell];
                if (cells.Swapped)
                {
                    GemmHostSwapped.Block<TSimd, TEpilogue>(
                        shape, copies.Steps, rows.A, b, c, arguments, part, team.Scratch(cell));
                    continue;
                }

                (int firstRow, int lastRow, int firstColumn, int lastColumn) = part;
                bool copiesA = copies.OfA(lastRow - firstRow, lastColumn - firstColumn);
                for (int row = firstRow; row < lastRow; row += RowBlock)
                    Block<TSimd>(
                        row, Math.Min(lastRow, row + RowBlock), firstColumn, lastColumn, copiesA, team.Scratch(cell));
            }
        }

        /// <summary>C[firstRow..lastRow, firstColumn..lastColumn].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Block<TSimd>(
            int firstRow, int lastRow, int firstColumn, int lastColumn, bool copiesA, float* scratch)
            where TSimd : struct, ISimd<TSimd>
        {
            nint rowStride = shape.TransposeA ? 1 : shape.K, depthStride = shape.TransposeA ? shape.M : 1;
            float* panel = scratch, tile = panel + LongestPanel * WidestPanel, copy = tile + MostTileRows * WidestPanel;
            // A transposed block is copied to tiles, each of which is read in order.
            bool inTiles = copiesA && shape.TransposeA && !TRows.Gathers;
            int panels = (shape.K + copies.Steps - 1) / copies.Steps, longest = (shape.K + panels - 1) / panels;
            for (int k = 0; k < shape.K; k += longest)
            {
                int depth = Math.Min(longest, shape.K - k);
                float* block = rows.A + firstRow * rowStride + k * depthStride;
                nint blockRowStride = rowStride, blockDepthStride = depthStride;
                if ((TRows.Gathers || copiesA) && shape.TransposeA)
                {
                    if (inTiles)
                        GemmHostPanel.CopyTiles(block, depthStride, lastRow - firstRow, depth, TSimd.TileRows, copy);
                    else
                        rows.Gather(k, depth, firstRow, lastRow - firstRow, copy, BlockStride);
                    block = copy;
                    // The first row of a tile is as many floats on as the tiles before it have.
                    blockRowStride = inTiles ? depth : 1;
                    blockDepthStride = inTiles ? TSimd.TileRows : BlockStride;
                }
                else if (TRows.Gathers || copiesA)
                {
                    if (TRows.Gathers)
                        rows.Gather(firstRow, lastRow - firstRow, k, depth, copy, PanelStride);
                    else
                        GemmHostPanel.CopyTile(block, rowStride, copy, PanelStride, lastRow - firstRow, depth);
                    block = copy;
                    blockRowStride = PanelStride;
                }

                for (int column = firstColumn; column < lastColumn; column += 2 * TSimd.Count)
                {
                    int columns = Math.Min(2 * TSimd.Count, lastColumn - column), vectors = columns
                        > TSimd.Count ? 2 : 1;
                    bool last = k + depth == shape.K, fills = columns == vectors * TSimd.Count, whole = fills
                        && !TRows.Scatters, finishes = last && whole && TEpilogue.InRegisters;
                    float* from = panel;
                    nint width = vectors * TSimd.Count, stride = width;
                    if (shape.TransposeB)
                        GemmHostPanel.CopyTransposed<TSimd>(
                            b + column * (nint)shape.K + k, shape.K, columns, depth, vectors, panel);
                    else if (!fills || copies.OfB(lastRow - firstRow))
                        GemmHostPanel.Copy<TSimd>(
                            b + k * (nint)shape.N + column, shape.N, columns, depth, vectors, panel);
                    else
                    {
                        from = b + k * (nint)shape.N + column;
                        stride = shape.N;
                    }

                    int tileRows = inTiles ? TSimd.TileRows : GemmHostTile.RowsFor<TSimd>(vectors);
                    for (int row = firstRow; row < lastRow; row += tileRows)
                    {
                        int height = Math.Min(tileRows, lastRow - row);
                        float* target = c + row * (nint)shape.N + column;
                        if (!whole && k > 0)
                            CopyOut(row, column, columns, height, tile, width);
                        GemmHostTile product = new()
                        {
                            A = block + (row - firstRow) * blockRowStride,
                            RowStride = inTiles ? 1 : blockRowStride,
                            DepthStride = blockDepthStride,
                            Rows = height,
                            B = from,
                            BStride = stride,
                            Depth = depth,
                            C = whole ? target : tile,
                            CStride = whole ? shape.N : width,
                            Accumulate = k > 0,
                            Column = column,
                        };
                        if (finishes)
                            product.Compute<TSimd, TEpilogue>(vectors, arguments);
                        else
                            product.Compute<TSimd, PlainHostEpilogue>(vectors, arguments);
                        if (!whole)
                            CopyIn(row, column, columns, height, tile, width);
                        if (TRows.Scatters && last)
                            Finish<TSimd>(row, column, columns, height);
                    }

                    if (last && !finishes && !TRows.Scatters)
                        TEpilogue.Apply<TSimd>(
                            arguments, c + firstRow * (nint)shape.N + column, shape.N, column, lastRow
                            - firstRow, columns);
                }
            }
        }

        private void CopyOut(int row, int column, int columns, int height, float* tile, nint stride)
        {
            for (int r = 0; r < height; r++)
                new ReadOnlySpan<float>(c + rows.Target(row + r) * shape.N + column, columns)
                    .CopyTo(new Span<float>(tile + r * stride, columns));
        }

        private void CopyIn(int row, int column, int columns, int height, float* tile, nint stride)
        {
            for (int r = 0; r < height; r++)
                new ReadOnlySpan<float>(tile + r * stride, columns)
                    .CopyTo(new Span<float>(c + rows.Target(row + r) * shape.N + column, columns));
        }

        private void Finish<TSimd>(int row, int column, int columns, int height)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int r = 0; r < height; r++)
                TEpilogue.Apply<TSimd>(
                    arguments, c + rows.Target(row + r) * shape.N + column, shape.N, column, 1, columns);
        }
    }
}
