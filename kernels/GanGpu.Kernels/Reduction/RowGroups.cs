namespace GanGpu.Kernels.Reduction;

/// <summary>
/// A matrix [Groups · Rows, Columns] whose rows belong together in groups of Rows consecutive ones: the pixels of a
/// sample, the rows of one of several stacked batches, or all rows where Groups is 1. What is kept of a group is a row
/// of [Groups, Columns].
/// </summary>
internal readonly record struct RowGroups(int Groups, int Rows, int Columns)
{
    /// <summary>Elements of the matrix.</summary>
    public int Length => Groups * Rows * Columns;

    /// <summary>Elements of a group.</summary>
    public int GroupLength => Rows * Columns;

    /// <summary>Elements of what is kept of the groups.</summary>
    public int Kept => Groups * Columns;
}
