namespace GanGpu.Kernels.Batch;

/// <summary>
/// A new random order of the data set for every epoch, without a table (see <see cref="DataPermutation"/>). Batch row r
/// of step t (from 1) is image <see cref="ImageAt(uint, int)"/>. The images at the end of an epoch that do not fill a
/// batch are left out; the next epoch's order leaves out other images.
/// </summary>
/// <remarks>
/// Sets of 5 to 7 images are too small for the network to mix well: some positions are up to a fifth likelier than
/// others.
/// </remarks>
/// <param name="Count">Images in the set, at least <paramref name="BatchSize"/>.</param>
/// <param name="BatchSize">Rows of a batch, at least 1.</param>
/// <param name="Seed">The run's seed.</param>
internal readonly record struct DataOrder(int Count, int BatchSize, ulong Seed)
{
    /// <summary>Full batches in an epoch.</summary>
    public int StepsPerEpoch => Count / BatchSize;

    /// <summary>
    /// The image in row <paramref name="row"/> of the batch of step <paramref name="step"/>, counted from 1.
    /// </summary>
    public int ImageAt(uint step, int row) => DataPermutation.OfStep(Count, BatchSize, Seed, step).ImageAt(row);

    /// <summary>As <see cref="ImageAt(uint, int)"/>, in the form a kernel can call.</summary>
    public static int ImageAt(int count, int batchSize, ulong seed, uint step, int row) =>
        DataPermutation.OfStep(count, batchSize, seed, step).ImageAt(row);
}
