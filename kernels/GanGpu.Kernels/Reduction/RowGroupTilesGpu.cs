namespace GanGpu.Kernels.Reduction;

/// <summary>
/// How the column sums of <see cref="RowGroups"/> are divided among the threads of a GPU: the same for every launch of
/// a shape, so that the sums have a fixed order. The rows of a group are divided into parts, and one thread sums a
/// column of a part. Part p = block · Lanes + lane has the rows block · Lanes · RowsOfPart + lane + k · Lanes, so that
/// neighbouring threads read neighbouring numbers even if there are few columns. A second launch adds the parts' sums.
/// </summary>
internal readonly record struct RowGroupTilesGpu(
    int Groups, int Rows, int Columns, int Width, int Lanes, int RowsOfPart, int Parts, int CombineLanes)
{
    public const int GroupSize = 64;

    private const int FewestRows = 8, Threads = 1 << 16, MostParts = 1024, PartsOfLane = 8;

    public static RowGroupTilesGpu Of(RowGroups shape)
    {
        int width = 1;
        while (width < GroupSize && width < shape.Columns)
            width *= 2;
        int lanes = GroupSize / width;
        int rowsOfPart = Math.Max(
            FewestRows, Math.Max((shape.Length + Threads - 1) / Threads, (shape.Rows + MostParts - 1) / MostParts));
        int parts = (shape.Rows + lanes * rowsOfPart - 1) / (lanes * rowsOfPart) * lanes;
        int combineLanes = 1;
        while (combineLanes < GroupSize && combineLanes * PartsOfLane < parts)
            combineLanes *= 2;
        return new RowGroupTilesGpu(
            shape.Groups, shape.Rows, shape.Columns, width, lanes, rowsOfPart, parts, combineLanes);
    }

    /// <summary>Elements of one statistic of all parts.</summary>
    public int PartsLength => Groups * Parts * Columns;

    /// <summary>Groups of threads for the parts.</summary>
    public int PartGroups => Groups * (Parts / Lanes) * ((Columns + Width - 1) / Width);

    /// <summary>Groups of threads for adding the parts' sums.</summary>
    public int CombineGroups => Groups * ((Columns + GroupSize / CombineLanes - 1) / (GroupSize / CombineLanes));

    /// <summary>Rows of a part; parts at the end may have none.</summary>
    public static int RowsIn(RowGroupTilesGpu tiles, int part)
    {
        int first = part / tiles.Lanes * tiles.Lanes * tiles.RowsOfPart + part % tiles.Lanes;
        int left = (tiles.Rows - first + tiles.Lanes - 1) / tiles.Lanes;
        return first >= tiles.Rows ? 0 : left < tiles.RowsOfPart ? left : tiles.RowsOfPart;
    }

    /// <summary>The group, part and column of a thread of the first launch.</summary>
    public static RowGroupTileGpu Part(RowGroupTilesGpu tiles, int block, int thread)
    {
        int columnBlocks = (tiles.Columns + tiles.Width - 1) / tiles.Width, rowBlocks = tiles.Parts / tiles.Lanes;
        int rest = block / columnBlocks;
        RowGroupTileGpu tile;
        tile.Column = block % columnBlocks * tiles.Width + thread % tiles.Width;
        tile.Group = rest / rowBlocks;
        tile.Lane = thread / tiles.Width;
        tile.Part = rest % rowBlocks * tiles.Lanes + tile.Lane;
        return tile;
    }

    /// <summary>The group, column and lane of a thread of the second launch.</summary>
    public static RowGroupTileGpu Combine(RowGroupTilesGpu tiles, int block, int thread)
    {
        int width = GroupSize / tiles.CombineLanes, columnBlocks = (tiles.Columns + width - 1) / width;
        RowGroupTileGpu tile;
        tile.Column = block % columnBlocks * width + thread % width;
        tile.Group = block / columnBlocks;
        tile.Lane = thread / width;
        tile.Part = 0;
        return tile;
    }
}

/// <summary>The group, part, lane and column of a thread; the column may be past the last one.</summary>
internal struct RowGroupTileGpu
{
    public int Group, Part, Lane, Column;
}
