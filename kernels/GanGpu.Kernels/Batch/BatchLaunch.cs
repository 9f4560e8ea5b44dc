using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The batch of the current step from a byte data set [Count, sampleSize]: y[r, i] = byte / 127.5 − 1 of image
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r); mirrored, or read from staged images
/// [StagedBatches · BatchSize, sampleSize] instead, where the form says so.
/// </summary>
internal readonly unsafe struct BatchLaunch(
    DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y,
    BatchForm form = default) : ILaunch
{
    private const string Operation = "Batch";

    public void Check()
    {
        Positive(Operation, "the batch size", order.BatchSize);
        Positive(Operation, "the sample size", sampleSize);
        if (order.Count < order.BatchSize)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the data set has {order.Count} samples, fewer than a batch of {order.BatchSize}."));
        Shape(Operation, "step", step, 1);
        if (form.StagedBatches > 0)
            Shape(Operation, "the staged images", dataSet, form.StagedBatches, order.BatchSize, sampleSize);
        else
            Shape(Operation, "the data set", dataSet, order.Count, sampleSize);
        if (form.FlipWidth != 0
            && (form.FlipWidth < 0 || form.Channels < 1 || sampleSize % ((long)form.FlipWidth * form.Channels) != 0))
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: a sample of {sampleSize} is no number of lines of {form.FlipWidth} pixels of " +
                    $"{form.Channels}."));
        Shape(Operation, "y", y, order.BatchSize, sampleSize);
    }

    public Action Bind(IGpu gpu) =>
        BatchGpu.Of(gpu)
            .Bind(gpu.Stream, order, sampleSize, form, gpu.View(step), gpu.View(dataSet), gpu.View(y));

    public Action Bind(IHost host) =>
        BatchHost.Bind(host.Team, order, sampleSize, form, host.Address(step), host.Address(dataSet), host.Address(y));
}
