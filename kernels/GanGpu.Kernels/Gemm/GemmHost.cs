using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C[M,N] = epilogue(op(A)[M,K] · op(B)[K,N]) on the host, for all four forms of <see cref="GemmShape"/>. Overwrites C,
/// and the column sums if the epilogue has them.
/// </summary>
/// <remarks>
/// After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS 2008): a panel of B, two
/// vectors wide, stays in the nearest caches while all rows of A pass by it (<see cref="GemmHostTile"/>). A panel is
/// copied only if that pays (<see cref="GemmHostCopies"/>), if B is transposed, or if its last columns do not fill a
/// vector. If A has few rows, transposing A costs less than transposing B (<see cref="GemmHostTransposed"/>). C is
/// divided into one block per thread (<see cref="GemmPartition"/>). K is never split, so the result does not depend on
/// the number of threads.
/// </remarks>
internal static unsafe class GemmHost
{
    /// <summary>
    /// Floats of scratch memory that each thread of a team needs: a panel of B, a tile of C, a block of A.
    /// </summary>
    public const int ScratchLength = (LongestPanel + MostTileRows) * WidestPanel + LongestPanel * BlockStride;

    // 512 x 32 floats are 64 KiB. First-level caches are smaller, but the second level delivers a row while eight are
    // computed.
    private const int LongestPanel = GemmHostCopies.MostSteps, WidestPanel = 32, MostTileRows = GemmHostTile.MostRows;

    // Rows of A that are multiplied by one panel. Their part of A (512 KiB) is still in the second-level cache for the
    // next panel.
    private const int RowBlock = 256;

    // The rows of a copied block of A are an odd number of cache lines apart.
    private const int BlockStride = RowBlock + 16, PanelStride = LongestPanel + 16;

    /// <summary>An action that computes the product and allocates nothing.</summary>
    public static Action Bind(
        ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue) =>
        Bind(team, shape, new DenseHostRows(a), b, c, epilogue);

    /// <summary>The same, with a layout for the rows of A and C.</summary>
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
        GemmPartition partition = new(shape, team.Threads, mayTranspose: !TRows.Gathers);
        return HostTask.Bind(
            team,
            new Kernel<TRows, TEpilogue>(
                shape, rows, b, c, epilogue, new(shape.K, shape.N, b, epilogue.ColumnSums), partition, team),
            partition.Count,
            double.MaxValue);
    }

    /// <summary>Products with a vector or with few rows; null for any other.</summary>
    private static Action? BindFew<TEpilogue>(
        ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue)
        where TEpilogue : struct, IGemmHostEpilogue
    {
        // A column vector is stored like a row vector. That leaves two forms of matrix-vector product: dot products
        // with A's rows, and sums of multiples of A's rows, which is a product with a single row.
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

    /// <summary>Units are partition of C.</summary>
    private readonly struct Kernel<TRows, TEpilogue>(
        GemmShape shape, TRows rows, float* b, float* c, GemmHostEpilogue arguments, GemmHostSums sums,
        GemmPartition partition, ThreadTeam team) : IHostKernel
        where TRows : struct, IGemmHostRows
        where TEpilogue : struct, IGemmHostEpilogue
    {
        private readonly GemmHostCopies copies = new(shape, team.FirstLevelBytes);

        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int block = start; block < end; block++)
            {
                sums.Run<TSimd>(block, partition.Count);
                GemmBlock part = partition[block];
                if (partition.Transposed)
                {
                    GemmHostTransposed.Block<TSimd, TEpilogue>(
                        shape, copies.Steps, rows.A, b, c, arguments, part, team.Scratch(block));
                    continue;
                }

                (int firstRow, int lastRow, int firstColumn, int lastColumn) = part;
                bool copiesA = copies.OfA(lastRow - firstRow, lastColumn - firstColumn);
                for (int row = firstRow; row < lastRow; row += RowBlock)
                    Block<TSimd>(
                        row, Math.Min(lastRow, row + RowBlock), firstColumn, lastColumn, copiesA, team.Scratch(block));
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
            // A transposed block is copied to tiles, each of which is then read in order.
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
                    // The first row of a tile begins after all floats of the tiles before it.
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
