using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Of each batch b in turn, running ← running + momentum · (mean[b,c] − running), and of the variance, which is first
/// multiplied by the factor; from the running ones [columns] to the new ones.
/// </summary>
internal readonly unsafe struct RunningMomentsLaunch(
    int batches, int columns, float momentum, float factor, Slice<float> runningMean, Slice<float> runningVariance,
    Slice<float> mean, Slice<float> variance, Slice<float> newMean, Slice<float> newVariance) : ILaunch
{
    private const string Operation = "RunningMoments";

    public void Check()
    {
        Matrix(Operation, batches, columns, "the mean", mean);
        Matrix(Operation, batches, columns, "the variance", variance);
        foreach (
            (string name, Slice<float> slice) in new[] {
                ("the running mean", runningMean), ("the running variance", runningVariance), ("the new mean", newMean),
                ("the new variance", newVariance) })
            Shape(Operation, name, slice, columns);
        foreach (
            (string name, Slice<float> slice) in new[] {
                ("the running mean", runningMean), ("the running variance", runningVariance), ("the mean", mean),
                ("the variance", variance) })
        {
            Apart(Operation, "the new mean", newMean, name, slice);
            Apart(Operation, "the new variance", newVariance, name, slice);
        }

        Apart(Operation, "the new mean", newMean, "the new variance", newVariance);
    }

    public Action Bind(IGpu gpu) =>
        RunningMomentsGpu.Of(gpu).Bind(
            gpu.Stream, batches, columns, momentum, factor, gpu.View(runningMean), gpu.View(runningVariance),
            gpu.View(mean), gpu.View(variance), gpu.View(newMean), gpu.View(newVariance));

    public Action Bind(IHost host) =>
        RunningMomentsHost.Bind(
            host.Team, batches, columns, momentum, factor, host.Address(runningMean), host.Address(runningVariance),
            host.Address(mean), host.Address(variance), host.Address(newMean), host.Address(newVariance));
}
