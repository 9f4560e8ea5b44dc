namespace GanGpu.Kernels.Reduction;

/// <summary>
/// A matrix [Groups · Rows, Columns] in groups of Rows consecutive rows: the pixels of a sample, the rows of one of
/// several stacked batches, or all rows if Groups is 1. A statistic of the groups is a matrix [Groups, Columns].
/// </summary>
internal readonly record struct RowGroups(int Groups, int Rows, int Columns)
{
    /// <summary>Elements of the matrix.</summary>
    public int Length => Groups * Rows * Columns;

    /// <summary>Elements of a group.</summary>
    public int GroupLength => Rows * Columns;

    /// <summary>Elements of a statistic of the groups.</summary>
    public int StatsLength => Groups * Columns;
}
