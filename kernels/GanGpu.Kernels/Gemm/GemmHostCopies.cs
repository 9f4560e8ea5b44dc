namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Which parts of a product's operands the host copies to contiguous memory before it multiplies them; that depends on
/// the processor's first-level cache. The copies hold the same numbers, so they change the time but no bit of the
/// result.
/// </summary>
/// <remarks>
/// Rows of B are a stride apart. If the stride is a large power of two, the rows share a few sets of the cache and
/// evict each other. A cache of 48 KiB or more, backed by a second level of 1 MiB or more, tolerates all strides except
/// those of a page. A cache of 32 KiB with 64 sets tolerates hardly any: products of 512 x 512 x 512 reached 43 % of
/// the peak there, and 76 % with copies.
/// </remarks>
internal readonly struct GemmHostCopies(GemmShape shape, int firstLevelBytes)
{
    /// <summary>
    /// The most steps of K in one panel: that many rows of two vectors of B, and of a tile of A, are in use at a time.
    /// </summary>
    public const int MostSteps = 512;

    /// <summary>
    /// A matrix whose rows are this many floats apart has each of its columns in a few sets of any cache.
    /// </summary>
    public const int Page = 1024;

    // With fewer columns of C, a copy of A does not pay; with fewer rows of C, a copy of B does not.
    private const int WideC = 128, TallC = 96, TallCOfSmallCache = 24;

    private const int SmallCache = 32 * 1024, StepsInSmallCache = 256;

    // Columns of a transposed A, and rows of an A that is not transposed, that are this many floats apart share a few
    // of the 64 sets of a small cache.
    private const int BadColumns = 128, BadRows = 512;

    // A transposed A with at most this many rows stays in a small cache and in the TLB without a copy.
    private const int FewSteps = 64;

    private readonly GemmShape shape = shape;
    private readonly bool small = IsSmall(firstLevelBytes);

    public static bool IsSmall(int firstLevelBytes) => firstLevelBytes <= SmallCache;

    /// <summary>The most steps of K in one panel on this processor.</summary>
    public int Steps => small ? StepsInSmallCache : MostSteps;

    /// <summary>Whether a block of A with this many rows is copied, for a block of C with this many columns.</summary>
    public bool OfA(int rows, int columns) =>
        columns >= WideC && (shape.TransposeA ? TransposedIsBad : rows > GemmHostTile.MostRows && RowsAreBad);

    /// <summary>
    /// Whether a panel of B is copied for a block of this many rows, although it could be read in place.
    /// </summary>
    public bool OfB(int rows) => small ? rows > TallCOfSmallCache : rows > TallC && shape.N % Page == 0;

    private bool TransposedIsBad =>
        shape.M >= Page || shape.M % (Page / 2) == 0 || (small && (shape.K > FewSteps || shape.M % BadColumns == 0));

    private bool RowsAreBad => shape.K % Page == 0 || (small && shape.K % BadRows == 0);
}
