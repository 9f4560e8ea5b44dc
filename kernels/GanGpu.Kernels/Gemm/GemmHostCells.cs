using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// How the host cuts C[M,N] into cells, one for each thread: such that the dearest of them costs least. K is never cut.
/// </summary>
internal readonly struct GemmHostCells
{
    // Below as many operations a thread is not worth waking.
    private const double LeastFlopsPerThread = 100_000;

    // What bringing up B costs, in rows of A that go past it; a transposed B is copied.
    private const int CostOfB = 4, CostOfTransposedB = 6;

    private readonly int m, n, width, rowCells = 1, columnCells = 1;

    public GemmHostCells(GemmShape shape, int threads, bool mayBeSwapped)
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
                swappedCost = mayBeSwapped ? GemmHostSwapped.Cost(shape, height, breadth) : double.PositiveInfinity;
            if (Math.Min(cost, swappedCost) >= leastCost)
                continue;
            leastCost = Math.Min(cost, swappedCost);
            (rowCells, columnCells, Swapped) = (rows, columns, swappedCost < cost);
        }
    }

    public int Count => rowCells * columnCells;

    /// <summary>Whether the cells are computed by <see cref="GemmHostSwapped"/>.</summary>
    public bool Swapped { get; }

    public GemmHostCell this[int cell]
    {
        get
        {
            (int firstRow, int endRow) = Share(m, GemmHostTile.MostRows, cell / columnCells, rowCells);
            (int firstColumn, int endColumn) = Share(n, width, cell % columnCells, columnCells);
            return new(firstRow, endRow, firstColumn, endColumn);
        }
    }

    private static (int First, int End) Share(int length, int grain, int index, int count)
    {
        int grains = (length + grain - 1) / grain;
        return ((int)((long)grains * index / count) * grain,
            Math.Min(length, (int)((long)grains * (index + 1) / count) * grain));
    }
}
