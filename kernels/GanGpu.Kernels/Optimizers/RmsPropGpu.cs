using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// RMSProp (see <see cref="RmsPropOptions"/>): one thread per parameter sweeps the whole arena. Overwrites v and θ.
/// </summary>
internal sealed class RmsPropGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static RmsPropGpu Of(IGpu gpu) => gpu.Kernels(static g => new RmsPropGpu(g.Loader));

    /// <summary>v ← α·v + (1−α)·g², θ ← θ − coefficients[0] · g / (√v + ε).</summary>
    public static void RmsPropKernel(
        int length, float alpha, float oneMinusAlpha, float epsilon, ArrayView<float> coefficients,
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> meanSquare)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            float g = gradients[i];
            float v = alpha * meanSquare[i] + oneMinusAlpha * g * g;
            meanSquare[i] = v;
            parameters[i] -= coefficients[0] * g / (MathF.Sqrt(v) + epsilon);
        }
    }

    public Action Bind(
        AcceleratorStream stream, RmsPropOptions options, ArrayView<float> coefficients, ArrayView<float> parameters,
        ArrayView<float> gradients, ArrayView<float> meanSquare)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, float, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(RmsPropKernel);
        int length = parameters.IntLength;
        KernelConfig config = loader.PerElement(length);

        // The complement is taken before rounding: 1 − 0.99f is 0.0099999905, not 0.01.
        float alpha = (float)options.Alpha, oneMinusAlpha = (float)(1 - options.Alpha),
            epsilon = (float)options.Epsilon;
        return () =>
            launch(stream, config, length, alpha, oneMinusAlpha, epsilon, coefficients, parameters, gradients,
                meanSquare);
    }
}
