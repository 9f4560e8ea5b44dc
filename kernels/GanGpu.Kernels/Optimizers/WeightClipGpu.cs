using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Clips x to ±limit in place, one thread per element; NaN stays NaN. Arjovsky et al., "Wasserstein GAN" (ICML 2017),
/// algorithm 1.
/// </summary>
internal sealed class WeightClipGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static WeightClipGpu Of(IGpu gpu) => gpu.Kernels(static g => new WeightClipGpu(g.Loader));

    public static void WeightClipKernel(int length, float limit, ArrayView<float> x)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            float value = x[i];
            float below = value > limit ? limit : value;
            x[i] = below < -limit ? -limit : below;
        }
    }

    public Action Bind(AcceleratorStream stream, float limit, ArrayView<float> x)
    {
        var launch =
            loader.Load<Action<AcceleratorStream, KernelConfig, int, float, ArrayView<float>>>(WeightClipKernel);
        int length = x.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, limit, x);
    }
}
