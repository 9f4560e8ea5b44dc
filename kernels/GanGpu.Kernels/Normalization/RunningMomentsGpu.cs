using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Moving averages of a batch's mean and variance, of one batch [columns] after the other of several:
/// running ← running + momentum · (factor · batch − running), where factor is 1 for the mean and makes the variance
/// that of a sample, n / (n − 1). One thread per column. Overwrites newMean and newVariance.
/// </summary>
internal sealed class RunningMomentsGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static RunningMomentsGpu Of(IGpu gpu) => gpu.Kernels(static g => new RunningMomentsGpu(g.Loader));

    public static void UpdateKernel(
        int batches, int columns, float momentum, float factor, ArrayView<float> runningMean,
        ArrayView<float> runningVariance, ArrayView<float> mean, ArrayView<float> variance,
        ArrayView<float> newMean, ArrayView<float> newVariance)
    {
        int column = Grid.IdxX * Group.DimX + Group.IdxX;
        if (column < columns)
        {
            float center = runningMean[column], spread = runningVariance[column];
            for (int batch = 0; batch < batches; batch++)
            {
                center += momentum * (mean[batch * columns + column] - center);
                spread += momentum * (factor * variance[batch * columns + column] - spread);
            }

            newMean[column] = center;
            newVariance[column] = spread;
        }
    }

    public Action Bind(
        AcceleratorStream stream, int batches, int columns, float momentum, float factor, ArrayView<float> runningMean,
        ArrayView<float> runningVariance, ArrayView<float> mean,
        ArrayView<float> variance, ArrayView<float> newMean, ArrayView<float> newVariance)
    {
        var launch = loader.Load<Action<
            AcceleratorStream, KernelConfig, int, int, float, float, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(UpdateKernel);
        KernelConfig config = loader.PerElement(columns);
        return () =>
            launch(stream, config, batches, columns, momentum, factor, runningMean, runningVariance, mean, variance,
                newMean, newVariance);
    }
}
