using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Divides C[M,N] into blocks, one per thread, so that the slowest thread finishes as early as possible. K is never
/// split, so the result does not depend on the number of threads.
/// </summary>
internal readonly struct GemmPartition
{
    // A thread with fewer operations is not worth waking.
    private const double LeastFlopsPerThread = 100_000;

    // The cost of loading B, in rows of A that are multiplied by it. A transposed B costs more because it is copied.
    private const int CostOfB = 4, CostOfTransposedB = 6;

    private readonly int m, n, width, rowBlocks = 1, columnBlocks = 1;

    public GemmPartition(GemmShape shape, int threads, bool mayTranspose)
    {
        (m, n, width) = (shape.M, shape.N, Simd.Width);
        int most = (int)Math.Clamp(shape.Flops / LeastFlopsPerThread, 1, threads);
        int tiles = (m + GemmHostTile.MostRows - 1) / GemmHostTile.MostRows, vectors = (n + width - 1) / width;
        double leastCost = double.MaxValue;
        for (int columns = Math.Min(most, vectors); columns >= 1; columns--)
        {
            int rows = Math.Min(most / columns, tiles);
            int height = Math.Min(m, (tiles + rows - 1) / rows * GemmHostTile.MostRows),
                breadth = (vectors + columns - 1) / columns * width;
            double cost = (height + (shape.TransposeB ? CostOfTransposedB : CostOfB)) * (double)breadth,
                transposedCost = mayTranspose
                    ? GemmHostTransposed.Cost(shape, height, breadth) : double.PositiveInfinity;
            if (Math.Min(cost, transposedCost) >= leastCost)
                continue;
            leastCost = Math.Min(cost, transposedCost);
            (rowBlocks, columnBlocks, Transposed) = (rows, columns, transposedCost < cost);
        }
    }

    public int Count => rowBlocks * columnBlocks;

    /// <summary>Whether <see cref="GemmHostTransposed"/> computes the blocks.</summary>
    public bool Transposed { get; }

    public GemmBlock this[int block]
    {
        get
        {
            (int firstRow, int endRow) = Range(m, GemmHostTile.MostRows, block / columnBlocks, rowBlocks);
            (int firstColumn, int endColumn) = Range(n, width, block % columnBlocks, columnBlocks);
            return new(firstRow, endRow, firstColumn, endColumn);
        }
    }

    private static (int First, int End) Range(int length, int grain, int index, int count)
    {
        int grains = (length + grain - 1) / grain;
        return ((int)((long)grains * index / count) * grain,
            Math.Min(length, (int)((long)grains * (index + 1) / count) * grain));
    }
}
