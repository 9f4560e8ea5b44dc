using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Gradient descent with momentum (see <see cref="SgdOptions"/>): one thread per parameter sweeps the whole arena.
/// Overwrites b and θ.
/// </summary>
internal sealed class SgdGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static SgdGpu Of(IGpu gpu) => gpu.Kernels(static g => new SgdGpu(g.Loader));

    /// <summary>
    /// b ← μ·b + g, θ ← θ − coefficients[0] · (ahead · g + following · b): (0, 1) is heavy-ball momentum, (1, μ)
    /// Nesterov's.
    /// </summary>
    public static void SgdKernel(
        int length, float momentum, float ahead, float following, ArrayView<float> coefficients,
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> buffer)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            float g = gradients[i];
            float b = momentum * buffer[i] + g;
            buffer[i] = b;
            parameters[i] -= coefficients[0] * (ahead * g + following * b);
        }
    }

    public Action Bind(
        AcceleratorStream stream, SgdOptions options, ArrayView<float> coefficients, ArrayView<float> parameters,
        ArrayView<float> gradients, ArrayView<float> buffer)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, float, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(SgdKernel);
        int length = parameters.IntLength;
        KernelConfig config = loader.PerElement(length);
        float momentum = (float)options.Momentum, ahead = options.Nesterov ? 1f : 0f, following = options.Nesterov
            ? momentum : 1f;
        return () =>
            launch(stream, config, length, momentum, ahead, following, coefficients, parameters, gradients, buffer);
    }
}
