namespace GanGpu.Kernels;

/// <summary>
/// C[M,N] = f(op(A)[M,K] · op(B)[K,N], operand), row-major, on the host. Threads share the panels of B (the columns of C) or,
/// where those are few, the rows; each sum is made by one thread, over k in order. A panel of B is read where it lies if it
/// is whole and lies well; it is copied together first if B is transposed, if it is the last and narrower one, or if its rows
/// are a multiple of a page apart, which would crowd them into a few cache sets.
/// </summary>
internal sealed unsafe class GemmHost<TSimd, TEpilogue> : TeamWork
    where TSimd : unmanaged, ISimd<TSimd>
    where TEpilogue : struct, IElementwise
{
    /// <summary>Bytes of A that stay in a core's second-level cache while the panels pass by.</summary>
    private const int RowBlockBytes = 256 * 1024;

    private const int PageBytes = 4096, TileRows = GemmTileHost<TSimd>.Rows;

    private readonly GemmShape shape;
    private readonly float* a, b, c, operand, columnSums, scratch;
    private readonly int operandStride, panels, scratchPerPart;
    private readonly float leak;
    private readonly nint aRow, aStep;
    private readonly bool byRows, packAll;

    /// <param name="shape">M, N, K and what is transposed.</param>
    /// <param name="threads">Parts that it is going to be run in.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C; overwritten, may not overlap anything else.</param>
    /// <param name="operand">What the epilogue takes besides the sums: a bias [N] (stride 0) or a matrix [M,N] (stride N); C where it takes none.</param>
    /// <param name="operandStride">Elements from one of its rows to the next.</param>
    /// <param name="leak">The epilogue's parameter.</param>
    /// <param name="columnSums">[N], receives Σ_k B[k,n]; null where nobody asks. Only where B is not transposed.</param>
    /// <param name="scratch">Memory of its own, <see cref="ScratchLength"/> floats; null before it is known.</param>
    public GemmHost(GemmShape shape, int threads, float* a, float* b, float* c, float* operand, int operandStride, float leak, float* columnSums, float* scratch)
    {
        this.shape = shape;
        this.a = a;
        this.b = b;
        this.c = c;
        this.operand = operand;
        this.columnSums = columnSums;
        this.scratch = scratch;
        this.operandStride = operandStride;
        this.leak = leak;
        (aRow, aStep) = shape.TransposeA ? (1, shape.M) : (shape.K, 1);
        panels = (shape.N + PanelWidth - 1) / PanelWidth;
        byRows = panels < 2 * threads && panels * PanelWidth < shape.M;
        packAll = shape.TransposeB || ((long)shape.N * sizeof(float) % PageBytes == 0 && shape.K > 64 && shape.M > 4 * TileRows);
        // Threads that share the rows need all panels each; threads that share the panels need theirs, and all lie side by side.
        int packed = packAll ? panels : 1;
        scratchPerPart = (TileRows * PanelWidth) + (byRows ? checked(packed * shape.K * PanelWidth) : 0);
        ScratchLength = checked((threads * scratchPerPart) + (byRows ? 0 : packed * shape.K * PanelWidth));
    }

    /// <summary>Floats of scratch memory that it needs.</summary>
    public int ScratchLength { get; }

    private static int PanelWidth => GemmTileHost<TSimd>.Columns;

    public override void Run(int part, int parts)
    {
        float* tile = scratch + ((long)part * scratchPerPart);
        float* packed = byRows ? tile + (TileRows * PanelWidth) : scratch + ((long)parts * scratchPerPart);
        (int firstPanel, int endPanel) = byRows ? (0, panels) : Share(panels, part, parts);
        (int firstTile, int endTile) = Share((shape.M + TileRows - 1) / TileRows, byRows ? part : 0, byRows ? parts : 1);
        (int firstRow, int endRow) = (firstTile * TileRows, Math.Min(shape.M, endTile * TileRows));

        for (int panel = firstPanel; panel < endPanel; panel++)
            Pack(panel, packed);
        if (columnSums != null && (!byRows || part == 0))
            ReductionHost<TSimd>.Columns(shape.K, shape.N, b, firstPanel * PanelWidth, Math.Min(shape.N, endPanel * PanelWidth), columnSums);

        int blockRows = Math.Max(TileRows, RowBlockBytes / (shape.K * sizeof(float)) / TileRows * TileRows);
        for (int row = firstRow; row < endRow; row += blockRows)
        {
            for (int panel = firstPanel; panel < endPanel; panel++)
                Block(row, Math.Min(endRow, row + blockRows), panel, packed, tile);
        }
    }

    private int ColumnsOf(int panel) => Math.Min(PanelWidth, shape.N - (panel * PanelWidth));

    private bool IsPacked(int panel) => packAll || ColumnsOf(panel) < PanelWidth;

    private float* PackedPanel(int panel, float* packed) => packAll ? packed + ((long)panel * shape.K * PanelWidth) : packed;

    private void Pack(int panel, float* packed)
    {
        if (!IsPacked(panel))
            return;
        int column = panel * PanelWidth;
        if (shape.TransposeB)
            GemmPackHost.Transposed(shape.K, b + ((long)column * shape.K), shape.K, ColumnsOf(panel), PackedPanel(panel, packed), PanelWidth);
        else
            GemmPackHost.Rows(shape.K, b + column, shape.N, ColumnsOf(panel), PackedPanel(panel, packed), PanelWidth);
    }

    /// <summary>Some rows of one panel's columns of C, tile by tile, each finished while it is in the first-level cache.</summary>
    private void Block(int firstRow, int endRow, int panel, float* packed, float* tile)
    {
        int column = panel * PanelWidth, columns = ColumnsOf(panel);
        bool whole = columns == PanelWidth;
        float* source = IsPacked(panel) ? PackedPanel(panel, packed) : b + column;
        nint step = IsPacked(panel) ? PanelWidth : shape.N;
        int rows;
        for (int row = firstRow; row < endRow; row += rows)
        {
            int left = endRow - row;
            rows = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            float* target = c + ((long)row * shape.N) + column;
            // A tile writes two whole vectors a row; where C has fewer columns left, that goes to memory of its own first.
            float* sums = whole ? target : tile;
            nint stride = whole ? shape.N : PanelWidth;
            GemmTileHost<TSimd>.Run(rows, shape.K, a + (row * aRow), aRow, aStep, source, step, sums, stride);
            if (whole && typeof(TEpilogue) == typeof(KeepOperation))
                continue;
            for (int r = 0; r < rows; r++)
            {
                ElementwiseHost<TSimd, TEpilogue>.Row(
                    sums + (r * stride), operand + ((long)(row + r) * operandStride) + column, target + ((long)r * shape.N), columns, leak);
            }
        }
    }
}
