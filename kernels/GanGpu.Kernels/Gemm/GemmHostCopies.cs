namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Which parts of a product's operands the host copies together before it multiplies them, by the processor's
/// first-level cache. The copies hold the same numbers, so they change the time and no bit.
/// </summary>
/// <remarks>
/// Rows of B lie a stride apart. If the stride is a large power of two, they share a few sets of the cache and drive
/// each other out. A cache of 48 KiB and more, with a second level of 1 MiB and more behind it, bears all but strides
/// of a page; one of 32 KiB and 64 sets bears hardly any: products of 512 x 512 x 512 ran at 43 % of the peak there
/// where copies had 76 %.
/// </remarks>
internal readonly struct GemmHostCopies(GemmShape shape, int firstLevelBytes)
{
    /// <summary>
    /// Steps of K that go into one panel at most: that many rows of two vectors of B, and of a tile of A, are in use at
    /// a time.
    /// </summary>
    public const int MostSteps = 512;

    /// <summary>A matrix whose rows are so many floats apart has its columns in a few sets of any cache.</summary>
    public const int Page = 1024;

    // Fewer columns of C do not repay a copy of A, and fewer rows none of B.
    private const int WideC = 128, TallC = 96, TallCOfSmallCache = 24;

    private const int SmallCache = 32 * 1024, StepsInSmallCache = 256;

    // Columns of a transposed A, and rows of one as it is, so many floats apart share a few of the 64 sets of a small
    // cache.
    private const int BadColumns = 128, BadRows = 512;

    // A transposed A of so few rows stays in a small cache, and in the entries for its pages, as it lies.
    private const int FewSteps = 64;

    private readonly GemmShape shape = shape;
    private readonly bool small = IsSmall(firstLevelBytes);

    public static bool IsSmall(int firstLevelBytes) => firstLevelBytes <= SmallCache;

    /// <summary>Steps of K of a panel at most.</summary>
    public int Steps => small ? StepsInSmallCache : MostSteps;

    /// <summary>Whether a block of A of so many rows is copied, where C has so many columns.</summary>
    public bool OfA(int rows, int columns) =>
        columns >= WideC && (shape.TransposeA ? TransposedIsBad : rows > GemmHostTile.MostRows && RowsAreBad);

    /// <summary>Whether a panel of B that could be read as it lies is copied for a block of so many rows.</summary>
    public bool OfB(int rows) => small ? rows > TallCOfSmallCache : rows > TallC && shape.N % Page == 0;

    private bool TransposedIsBad =>
        shape.M >= Page || shape.M % (Page / 2) == 0 || (small && (shape.K > FewSteps || shape.M % BadColumns == 0));

    private bool RowsAreBad => shape.K % Page == 0 || (small && shape.K % BadRows == 0);
}
