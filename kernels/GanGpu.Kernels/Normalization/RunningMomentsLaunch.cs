using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// For each batch b in turn, running ← running + momentum · (batch[b,c] − running), where the batch's variance is first
/// multiplied by the factor. Reads the running moments [Columns] and writes the updated ones [Columns].
/// </summary>
/// <param name="Batches">Rows of the batch's moments.</param>
/// <param name="Columns">Columns, each normalised by itself.</param>
/// <param name="Momentum">The weight of the new value.</param>
/// <param name="Factor">n / (n − 1), which makes the variance of a batch the unbiased one.</param>
/// <param name="Running">[Columns], read.</param>
/// <param name="Batch">[Batches, Columns].</param>
/// <param name="Updated">[Columns], overwritten.</param>
internal readonly record struct RunningMomentsLaunch(
    int Batches, int Columns, float Momentum, float Factor, Moments Running, Moments Batch, Moments Updated) : ILaunch
{
    private const string Operation = "RunningMoments";

    public void Check()
    {
        Matrix(Operation, Batches, Columns, "the mean", Batch.Mean);
        Matrix(Operation, Batches, Columns, "the variance", Batch.Variance);
        foreach (
            (string name, Slice<float> slice) in new[] {
                ("the running mean", Running.Mean), ("the running variance", Running.Variance),
                ("the new mean", Updated.Mean), ("the new variance", Updated.Variance) })
            Shape(Operation, name, slice, Columns);
        foreach (
            (string name, Slice<float> slice) in new[] {
                ("the running mean", Running.Mean), ("the running variance", Running.Variance),
                ("the mean", Batch.Mean), ("the variance", Batch.Variance) })
        {
            Apart(Operation, "the new mean", Updated.Mean, name, slice);
            Apart(Operation, "the new variance", Updated.Variance, name, slice);
        }

        Apart(Operation, "the new mean", Updated.Mean, "the new variance", Updated.Variance);
    }

    public Action Bind(IGpu gpu) => RunningMomentsGpu.Of(gpu).Bind(gpu, this);

    public Action Bind(IHost host) => RunningMomentsHost.Bind(host, this);
}
