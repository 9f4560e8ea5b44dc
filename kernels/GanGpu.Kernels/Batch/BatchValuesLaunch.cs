using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The batch of the current step from a data set of numbers [Count, sampleSize], as it is: y[r, i] = value i of sample
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r), or where <paramref name="stagedSteps"/> is not 0, of staged
/// samples [stagedSteps · BatchSize, sampleSize] (see <see cref="BatchForm.StagedBatches"/>).
/// </summary>
/// <param name="order">Which sample is in which row of which step.</param>
/// <param name="sampleSize">Numbers of a sample.</param>
/// <param name="step">The step, from 1.</param>
/// <param name="dataSet">The numbers as the bytes that they are in memory, four each, from a multiple of four
/// on.</param>
/// <param name="y">[BatchSize, sampleSize].</param>
/// <param name="stagedSteps">0 where the data set is there whole.</param>
internal readonly unsafe struct BatchValuesLaunch(
    DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y,
    int stagedSteps = 0) : ILaunch
{
    private const string Operation = "BatchValues";

    public void Check()
    {
        Positive(Operation, "the batch size", order.BatchSize);
        Positive(Operation, "the sample size", sampleSize);
        if (order.Count < order.BatchSize)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the data set has {order.Count} samples, fewer than a batch of {order.BatchSize}."));
        if (stagedSteps < 0 || dataSet.Offset % sizeof(float) != 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: {stagedSteps} staged steps, and numbers that begin at byte {dataSet.Offset}; " +
                    $"neither may be negative, and the numbers begin at a multiple of four."));
        Shape(Operation, "step", step, 1);
        if (stagedSteps > 0)
            Shape(Operation, "the staged samples", dataSet, stagedSteps, order.BatchSize, sampleSize, sizeof(float));
        else
            Shape(Operation, "the data set", dataSet, order.Count, sampleSize, sizeof(float));
        Shape(Operation, "y", y, order.BatchSize, sampleSize);
    }

    public Action Bind(IGpu gpu) =>
        BatchValuesGpu.Of(gpu)
            .Bind(gpu.Stream, order, sampleSize, stagedSteps, gpu.View(step), gpu.View(dataSet).Cast<float>(),
                gpu.View(y));

    public Action Bind(IHost host) =>
        BatchValuesHost.Bind(
            host.Team, order, sampleSize, stagedSteps, host.Address(step), (float*)host.Address(dataSet),
            host.Address(y));
}
