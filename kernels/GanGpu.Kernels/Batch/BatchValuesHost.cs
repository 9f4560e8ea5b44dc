using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The batch of a step from a data set of numbers [count, sampleSize]: row r of y is a copy of sample
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r), or of its place among staged ones (see
/// <see cref="BatchForm.StagedBatches"/>). Overwrites y [batchSize, sampleSize].
/// </summary>
internal static unsafe class BatchValuesHost
{
    public static Action Bind(
        ThreadTeam team, DataOrder order, int sampleSize, int stagedSteps, uint* step, float* dataSet, float* y) =>
        HostTask.Bind(
            team, new Kernel(order, sampleSize, stagedSteps, step, dataSet, y), order.BatchSize, 20
            + (0.2 * sampleSize), grain: 64);

    /// <summary>Units are rows of the batch.</summary>
    private readonly struct Kernel(
        DataOrder order, int sampleSize, int stagedSteps, uint* step, float* dataSet, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            DataPermutation samples = DataPermutation.OfStep(order.Count, order.BatchSize, order.Seed, *step);
            for (int row = start; row < end; row++)
            {
                int sample = stagedSteps > 0 ? ((int)((*step - 1) % (uint)stagedSteps) * order.BatchSize) + row
                    : samples.ImageAt(row);
                new ReadOnlySpan<float>(dataSet + (sample * (nint)sampleSize), sampleSize)
                    .CopyTo(new Span<float>(y + (row * (nint)sampleSize), sampleSize));
            }
        }
    }
}
