using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Normalization;

/// <summary>
/// Moving averages of mean and variance over several batches [columns] in turn: running ← running + momentum · (factor
/// · batch − running). The factor is 1 for the mean; for the variance n / (n − 1), which makes it the unbiased one. One
/// thread per column. Overwrites the updated ones.
/// </summary>
internal sealed class RunningMomentsGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static RunningMomentsGpu Of(IGpu gpu) => gpu.Kernels(static g => new RunningMomentsGpu(g.Loader));

    /// <summary>The views of mean and variance.</summary>
    public struct Views
    {
        public ArrayView<float> Mean, Variance;

        public static Views Of(IGpu gpu, Moments moments) =>
            new() { Mean = gpu.View(moments.Mean), Variance = gpu.View(moments.Variance) };
    }

    public static void UpdateKernel(
        int batches, int columns, float momentum, float factor, Views running, Views batch, Views updated)
    {
        int column = Grid.IdxX * Group.DimX + Group.IdxX;
        if (column < columns)
        {
            float center = running.Mean[column], spread = running.Variance[column];
            for (int b = 0; b < batches; b++)
            {
                center += momentum * (batch.Mean[b * columns + column] - center);
                spread += momentum * (factor * batch.Variance[b * columns + column] - spread);
            }

            updated.Mean[column] = center;
            updated.Variance[column] = spread;
        }
    }

    public Action Bind(IGpu gpu, RunningMomentsLaunch o)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, float, float, Views, Views, Views>>(
            UpdateKernel);
        Views running = Views.Of(gpu, o.Running), batch = Views.Of(gpu, o.Batch), updated = Views.Of(gpu, o.Updated);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig config = loader.PerElement(o.Columns);
        return () => launch(stream, config, o.Batches, o.Columns, o.Momentum, o.Factor, running, batch, updated);
    }
}
