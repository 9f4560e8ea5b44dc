using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// sum ← sum + factor · x, one thread per element: adds the gradients of micro-batches to those of a batch.
/// </summary>
internal sealed class AccumulateGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static AccumulateGpu Of(IGpu gpu) => gpu.Kernels(static g => new AccumulateGpu(g.Loader));

    public static void AccumulateKernel(int length, float factor, ArrayView<float> x, ArrayView<float> sum)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
            sum[i] += factor * x[i];
    }

    public Action Bind(AcceleratorStream stream, float factor, ArrayView<float> x, ArrayView<float> sum)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>,
            ArrayView<float>>>(AccumulateKernel);
        int length = sum.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, factor, x, sum);
    }
}
