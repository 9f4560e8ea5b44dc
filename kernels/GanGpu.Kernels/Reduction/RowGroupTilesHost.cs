namespace GanGpu.Kernels.Reduction;

/// <summary>
/// How the column sums of <see cref="RowGroups"/> are divided among threads: independent of the number of threads.
/// Tiles of at most <see cref="Rows"/> rows and <see cref="Width"/> columns of a group are summed separately, then the
/// sums of a column's tiles in order. A single column is contiguous memory, and its tiles have correspondingly more
/// rows.
/// </summary>
internal readonly struct RowGroupTilesHost
{
    /// <summary>Columns of a tile: four vectors of the widest kind.</summary>
    public const int Width = 64;

    /// <summary>Rows of a tile: 16 KiB, which stay in the first-level cache for a second pass.</summary>
    private const int FewRows = 64;

    public RowGroupTilesHost(RowGroups shape)
    {
        Rows = shape.Columns == 1 ? FewRows * Width : FewRows;
        Chunks = (shape.Rows + Rows - 1) / Rows;
        Blocks = (shape.Columns + Width - 1) / Width;
        Count = checked(shape.Groups * Chunks * Blocks);
    }

    /// <summary>Rows of a tile; the last tile of a group may have fewer.</summary>
    public int Rows { get; }

    /// <summary>Tiles below each other in a group.</summary>
    public int Chunks { get; }

    /// <summary>Tiles beside each other in a group.</summary>
    public int Blocks { get; }

    /// <summary>Tiles in all.</summary>
    public int Count { get; }

    public RowGroupTileHost this[RowGroups shape, int index]
    {
        get
        {
            int block = index % Blocks, chunk = index / Blocks % Chunks, group = index / Blocks / Chunks;
            return new RowGroupTileHost(
                group, chunk, chunk * Rows, Math.Min(Rows, shape.Rows - chunk * Rows), block * Width,
                Math.Min(Width, shape.Columns - block * Width));
        }
    }
}

/// <summary>Rows and columns of a group.</summary>
internal readonly record struct RowGroupTileHost(
    int Group, int Chunk, int FirstRow, int Rows, int FirstColumn, int Columns);
