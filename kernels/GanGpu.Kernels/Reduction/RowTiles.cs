namespace GanGpu.Kernels.Reduction;

/// <summary>
/// How the column sums of <see cref="RowGroups"/> are shared out between the threads of a GPU, the same for every
/// launch of one shape, so that they have one order. The rows of a group are cut into parts, of which one thread adds
/// up a column: part p = block · Lanes + lane has the rows block · Lanes · RowsOfPart + lane + k · Lanes, so that
/// neighbouring threads read neighbouring numbers where columns are few, too. A second launch adds up the parts.
/// </summary>
internal readonly record struct RowTiles(
    int Groups, int Rows, int Columns, int Width, int Lanes, int RowsOfPart, int Parts, int CombineLanes)
{
    public const int GroupSize = 64;

    private const int FewestRows = 8, Threads = 1 << 16, MostParts = 1024, PartsOfLane = 8;

    public static RowTiles Of(RowGroups shape)
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
        return new RowTiles(shape.Groups, shape.Rows, shape.Columns, width, lanes, rowsOfPart, parts, combineLanes);
    }

    /// <summary>Elements of one number of each part.</summary>
    public int PartsLength => Groups * Parts * Columns;

    /// <summary>Groups of threads that the parts take.</summary>
    public int PartGroups => Groups * (Parts / Lanes) * ((Columns + Width - 1) / Width);

    /// <summary>Groups of threads that adding up the parts takes.</summary>
    public int CombineGroups => Groups * ((Columns + GroupSize / CombineLanes - 1) / (GroupSize / CombineLanes));

    /// <summary>Rows of a part; those at the end may have none.</summary>
    public static int RowsIn(RowTiles tiles, int part)
    {
        int first = part / tiles.Lanes * tiles.Lanes * tiles.RowsOfPart + part % tiles.Lanes;
        int left = (tiles.Rows - first + tiles.Lanes - 1) / tiles.Lanes;
        return first >= tiles.Rows ? 0 : left < tiles.RowsOfPart ? left : tiles.RowsOfPart;
    }

    /// <summary>The group, part and column of a thread of the first launch.</summary>
    public static RowTile Part(RowTiles tiles, int block, int thread)
    {
        int columnBlocks = (tiles.Columns + tiles.Width - 1) / tiles.Width, rowBlocks = tiles.Parts / tiles.Lanes;
        int rest = block / columnBlocks;
        RowTile tile;
        tile.Column = block % columnBlocks * tiles.Width + thread % tiles.Width;
        tile.Group = rest / rowBlocks;
        tile.Lane = thread / tiles.Width;
        tile.Part = rest % rowBlocks * tiles.Lanes + tile.Lane;
        return tile;
    }

    /// <summary>The group, column and lane of a thread of the second launch.</summary>
    public static RowTile Combine(RowTiles tiles, int block, int thread)
    {
        int width = GroupSize / tiles.CombineLanes, columnBlocks = (tiles.Columns + width - 1) / width;
        RowTile tile;
        tile.Column = block % columnBlocks * width + thread % width;
        tile.Group = block / columnBlocks;
        tile.Lane = thread / width;
        tile.Part = 0;
        return tile;
    }
}

/// <summary>What a thread works on; a column may lie past the last one.</summary>
internal struct RowTile
{
    public int Group, Part, Lane, Column;
}
