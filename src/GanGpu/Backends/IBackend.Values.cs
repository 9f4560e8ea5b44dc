using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Data sets of numbers instead of bytes.</summary>
internal partial interface IBackend
{
    /// <summary>
    /// The batch of the current step from a data set of numbers [Count, sampleSize], as it is: y[r, i] = value i of sample
    /// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r), or where <paramref name="stagedSteps"/> is not 0, of staged
    /// samples [stagedSteps · BatchSize, sampleSize] (see <see cref="BatchForm.StagedSteps"/>).
    /// </summary>
    /// <param name="order">Which sample is in which row of which step.</param>
    /// <param name="sampleSize">Numbers of a sample.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="dataSet">The numbers as the bytes that they are in memory, four each, from a multiple of four on.</param>
    /// <param name="y">[BatchSize, sampleSize].</param>
    /// <param name="stagedSteps">0 where the data set is there whole.</param>
    Action BatchValues(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, int stagedSteps = 0);
}
