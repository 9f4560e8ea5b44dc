using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The batch of the current step from a data set [Count, sampleSize]: y[r, i] = value i of sample
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r), decoded as the form says (see <see cref="SampleDecoding"/>).
/// If the form says so, samples are mirrored, or read from staged samples [StagedBatches · BatchSize, sampleSize].
/// </summary>
/// <param name="order">Which sample is in which row of which step.</param>
/// <param name="sampleSize">Values of a sample.</param>
/// <param name="step">The step, from 1.</param>
/// <param name="dataSet">The stored values as bytes, aligned to their size.</param>
/// <param name="y">[BatchSize, sampleSize].</param>
/// <param name="form">How values are stored, and whether they are mirrored or staged.</param>
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
        int bytes = BytesOfValue(form.Decoding);
        if (form.StagedBatches < 0 || dataSet.Offset % bytes != 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: {form.StagedBatches} staged batches, and values of {bytes} bytes that begin at " +
                    $"byte {dataSet.Offset}; neither may be negative, and values begin at a multiple of their size."));
        if (form.StagedBatches > 0)
            Shape(
                Operation, "the bytes of staged samples", dataSet, form.StagedBatches, order.BatchSize, sampleSize,
                bytes);
        else
            Shape(Operation, "the bytes of the data set", dataSet, order.Count, sampleSize, bytes);
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

    private static int BytesOfValue(SampleDecoding decoding) => decoding switch
    {
        SampleDecoding.Bytes => ByteDecoder.Size,
        SampleDecoding.Floats => FloatDecoder.Size,
        _ => throw new ArgumentOutOfRangeException(nameof(decoding), decoding, "This decoding has no kernel."),
    };
}
