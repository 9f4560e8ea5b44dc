using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>Data sets of numbers instead of bytes.</summary>
internal static partial class LaunchArguments
{
    public static void BatchValues(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, int stagedSteps)
    {
        const string operation = nameof(BatchValues);
        Positive(operation, "the batch size", order.BatchSize);
        Positive(operation, "the sample size", sampleSize);
        if (order.Count < order.BatchSize)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: the data set has {order.Count} samples, fewer than a batch of {order.BatchSize}."));
        if (stagedSteps < 0 || dataSet.Offset % sizeof(float) != 0)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: {stagedSteps} staged steps, and numbers that begin at byte {dataSet.Offset}; neither may be negative, and the numbers begin at a multiple of four."));
        Shape(operation, "step", step, 1);
        if (stagedSteps > 0)
            Shape(operation, "the staged samples", dataSet, stagedSteps, order.BatchSize, sampleSize, sizeof(float));
        else
            Shape(operation, "the data set", dataSet, order.Count, sampleSize, sizeof(float));
        Shape(operation, "y", y, order.BatchSize, sampleSize);
    }
}
