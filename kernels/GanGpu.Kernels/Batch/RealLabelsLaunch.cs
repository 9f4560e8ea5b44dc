using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// y[r] = labels[i] for the image i in row r of the current step's batch:
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r).
/// </summary>
internal readonly unsafe struct RealLabelsLaunch(
    DataOrder order, Slice<uint> step, Slice<int> labels, Slice<float> y) : ILaunch
{
    private const string Operation = "RealLabels";

    public void Check()
    {
        Positive(Operation, "the batch size", order.BatchSize);
        if (order.Count < order.BatchSize)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the data set has {order.Count} samples, fewer than a batch of {order.BatchSize}."));
        Shape(Operation, "step", step, 1);
        Shape(Operation, "the labels", labels, order.Count);
        Shape(Operation, "y", y, order.BatchSize);
    }

    public Action Bind(IGpu gpu) =>
        LabelsGpu.Of(gpu)
            .BindRealLabels(gpu.Stream, order, gpu.View(step), gpu.View(labels), gpu.View(y));

    public Action Bind(IHost host) =>
        LabelsHost.RealLabels(host.Team, order, host.Address(step), host.Address(labels), host.Address(y));
}
