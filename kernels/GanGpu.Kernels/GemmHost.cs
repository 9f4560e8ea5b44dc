using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// C[M,N] = epilogue(op(A)[M,K] · op(B)[K,N]) on the host, all four forms of <see cref="GemmShape"/>. Overwrites C, and the
/// column sums where asked for.
/// </summary>
/// <remarks>
/// After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS 2008): B goes through in
/// panels of two vectors' width that stay in the first-level cache while all rows of A pass by
/// (<see cref="GemmHostTile"/>). A panel is copied only where that pays, or where B is transposed or its last
/// columns fill no vector. C is cut into one cell per thread; K never is, so the result does not depend on the threads.
/// </remarks>
internal static unsafe class GemmHost
{
    /// <summary>Floats of scratch memory each thread of a team must have: a panel of B, a tile of C, a block of A.</summary>
    public const int ScratchLength = (LongestPanel + MostTileRows) * WidestPanel + LongestPanel * BlockStride;

    // 256 x 32 floats are 32 KiB, two thirds of a first-level cache.
    private const int LongestPanel = 256, WidestPanel = 32, MostTileRows = 8;

    // Rows of A that go past one panel; their part of A (512 KiB) is still in the second-level cache for the next panel.
    private const int RowBlock = 512;

    // A transposed A with rows of a page or more is read badly, eight floats from a page: a block of it is copied first, to
    // rows of an odd number of cache lines, which therefore spread over the whole cache. As long as C is wide enough to repay it.
    private const int TransposedBlock = 256, BlockStride = TransposedBlock + 16, LongRow = 1024, WideC = 128;

    // Fewer rows than this do not repay the copy of a panel that is whole as it lies.
    private const int PackAbove = 96;

    // Below as many operations a thread is not worth waking.
    private const double LeastFlopsPerThread = 100_000;

    /// <summary>An action that computes the product and allocates nothing.</summary>
    public static Action Bind(ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue)
    {
        if (epilogue.Output != null)
            return epilogue.Activation.Kind switch
            {
                ActivationKind.Identity => Bind<ActivationGradientHostEpilogue<VectorIdentity>>(team, shape, a, b, c, epilogue),
                ActivationKind.LeakyRelu => Bind<ActivationGradientHostEpilogue<VectorLeakyRelu>>(team, shape, a, b, c, epilogue),
                ActivationKind.Relu => Bind<ActivationGradientHostEpilogue<VectorRelu>>(team, shape, a, b, c, epilogue),
                ActivationKind.Tanh => Bind<ActivationGradientHostEpilogue<VectorTanh>>(team, shape, a, b, c, epilogue),
                ActivationKind.Sigmoid => Bind<ActivationGradientHostEpilogue<VectorSigmoid>>(team, shape, a, b, c, epilogue),
                _ => throw new ArgumentOutOfRangeException(nameof(epilogue), epilogue.Activation.Kind, "Not an activation."),
            };
        if (epilogue.Bias == null)
            return Bind<PlainHostEpilogue>(team, shape, a, b, c, epilogue);
        return epilogue.Activation.Kind switch
        {
            ActivationKind.Identity => Bind<BiasHostEpilogue<VectorIdentity>>(team, shape, a, b, c, epilogue),
            ActivationKind.LeakyRelu => Bind<BiasHostEpilogue<VectorLeakyRelu>>(team, shape, a, b, c, epilogue),
            ActivationKind.Relu => Bind<BiasHostEpilogue<VectorRelu>>(team, shape, a, b, c, epilogue),
            ActivationKind.Tanh => Bind<BiasHostEpilogue<VectorTanh>>(team, shape, a, b, c, epilogue),
            ActivationKind.Sigmoid => Bind<BiasHostEpilogue<VectorSigmoid>>(team, shape, a, b, c, epilogue),
            _ => throw new ArgumentOutOfRangeException(nameof(epilogue), epilogue.Activation.Kind, "Not an activation."),
        };
    }

    private static Action Bind<TEpilogue>(ThreadTeam team, GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue epilogue)
        where TEpilogue : struct, IGemmHostEpilogue
    {
        // A column vector is stored like a row vector, which leaves two forms of matrix-vector product: the one that
        // takes dot products of A's rows, and the one that adds up multiples of them, a product with a single row.
        if (shape.N == 1 && !shape.TransposeA)
            return MatrixVectorHost.Bind<TEpilogue>(team, shape.M, shape.K, a, b, c, epilogue);
        GemmHostSums sums = new(shape.K, shape.N, b, epilogue.ColumnSums);
        if (shape.N == 1 && epilogue.Bias == null)
        {
            shape = new(1, shape.M, shape.K);
            float* vector = b;
            b = a;
            a = vector;
        }

        (int rowCells, int columnCells) = Cells(shape, team.Threads);
        return HostTask.Bind(
            team,
            new Kernel<TEpilogue>(shape, a, b, c, epilogue, sums, rowCells, columnCells, team),
            rowCells * columnCells,
            double.MaxValue);
    }

    /// <summary>How C is cut: as even as vectors and tiles allow, and rather by columns, because each row of cells copies B again.</summary>
    private static (int Rows, int Columns) Cells(GemmShape shape, int threads)
    {
        int cells = (int)Math.Clamp(shape.Flops / LeastFlopsPerThread, 1, threads);
        int vectors = (shape.N + Simd.Width - 1) / Simd.Width, tiles = (shape.M + MostTileRows - 1) / MostTileRows;
        double costOfPanel = shape.TransposeB ? 6 : 1;
        (int, int) best = (1, 1);
        double leastCost = double.MaxValue;
        for (int columns = Math.Min(cells, vectors); columns >= 1; columns--)
        {
            int rows = Math.Min(cells / columns, tiles);
            double cost = (Math.Min(shape.M, (tiles + rows - 1) / rows * MostTileRows) + costOfPanel) * ((vectors + columns - 1) / columns);
            if (cost < leastCost)
                (best, leastCost) = ((rows, columns), cost);
        }

        return best;
    }

    /// <summary>Units are cells of C, rowCells x columnCells of them.</summary>
    private readonly struct Kernel<TEpilogue>(
        GemmShape shape, float* a, float* b, float* c, GemmHostEpilogue arguments, GemmHostSums sums, int rowCells, int columnCells, ThreadTeam team) : IHostKernel
        where TEpilogue : struct, IGemmHostEpilogue
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int cell = start; cell < end; cell++)
            {
                sums.Run<TSimd>(cell, rowCells * columnCells);
                (int firstRow, int lastRow) = Share(shape.M, MostTileRows, cell / columnCells, rowCells);
                (int firstColumn, int lastColumn) = Share(shape.N, TSimd.Count, cell % columnCells, columnCells);
                bool copiesA = shape.TransposeA && shape.M >= LongRow && lastColumn - firstColumn >= WideC;
                int block = copiesA ? TransposedBlock : RowBlock;
                for (int row = firstRow; row < lastRow; row += block)
                    Block<TSimd>(row, Math.Min(lastRow, row + block), firstColumn, lastColumn, copiesA, team.Scratch(cell));
            }
        }

        private static (int Start, int End) Share(int length, int grain, int index, int count)
        {
            int grains = (length + grain - 1) / grain;
            return ((int)((long)grains * index / count) * grain, Math.Min(length, (int)((long)grains * (index + 1) / count) * grain));
        }

        /// <summary>C[firstRow..lastRow, firstColumn..lastColumn].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Block<TSimd>(int firstRow, int lastRow, int firstColumn, int lastColumn, bool copiesA, float* scratch)
            where TSimd : struct, ISimd<TSimd>
        {
            nint rowStride = shape.TransposeA ? 1 : shape.K, depthStride = shape.TransposeA ? shape.M : 1;
            float* panel = scratch, tile = panel + LongestPanel * WidestPanel, copy = tile + MostTileRows * WidestPanel;
            int panels = (shape.K + LongestPanel - 1) / LongestPanel, longest = (shape.K + panels - 1) / panels;
            for (int k = 0; k < shape.K; k += longest)
            {
                int depth = Math.Min(longest, shape.K - k);
                float* block = a + firstRow * rowStride + k * depthStride;
                nint blockStride = depthStride;
                if (copiesA)
                {
                    GemmHostPanel.CopyTile(block, depthStride, copy, BlockStride, depth, lastRow - firstRow);
                    block = copy;
                    blockStride = BlockStride;
                }

                for (int column = firstColumn; column < lastColumn; column += 2 * TSimd.Count)
                {
                    int columns = Math.Min(2 * TSimd.Count, lastColumn - column), vectors = columns > TSimd.Count ? 2 : 1;
                    bool whole = columns == vectors * TSimd.Count;
                    float* from = panel;
                    nint stride = vectors * TSimd.Count;
                    if (shape.TransposeB)
                        GemmHostPanel.CopyTransposed<TSimd>(b + column * (nint)shape.K + k, shape.K, columns, depth, vectors, panel);
                    else if (!whole || lastRow - firstRow > PackAbove)
                        GemmHostPanel.Copy<TSimd>(b + k * (nint)shape.N + column, shape.N, columns, depth, vectors, panel);
                    else
                    {
                        from = b + k * (nint)shape.N + column;
                        stride = shape.N;
                    }

                    int tileRows = GemmHostTile.RowsFor<TSimd>(vectors);
                    for (int row = firstRow; row < lastRow; row += tileRows)
                    {
                        int rows = Math.Min(tileRows, lastRow - row);
                        float* target = c + row * (nint)shape.N + column;
                        if (!whole && k > 0)
                            GemmHostPanel.CopyTile(target, shape.N, tile, stride, rows, columns);
                        new GemmHostTile
                        {
                            A = block + (row - firstRow) * rowStride,
                            RowStride = rowStride,
                            DepthStride = blockStride,
                            Rows = rows,
                            B = from,
                            BStride = stride,
                            Depth = depth,
                            C = whole ? target : tile,
                            CStride = whole ? shape.N : stride,
                            Accumulate = k > 0,
                        }.Compute<TSimd>(vectors);
                        if (!whole)
                            GemmHostPanel.CopyTile(tile, stride, target, shape.N, rows, columns);
                        if (k + depth == shape.K)
                            TEpilogue.Apply<TSimd>(arguments, target, shape.N, row, column, rows, columns);
                    }
                }
            }
        }
    }
}
