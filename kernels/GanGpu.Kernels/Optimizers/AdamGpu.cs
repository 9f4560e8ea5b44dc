using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015, algorithm 1): one thread per parameter sweeps the whole arena.
/// <see cref="AdvanceStepGpu"/> computes the coefficients of the step.
/// </summary>
internal sealed class AdamGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static AdamGpu Of(IGpu gpu) => gpu.Kernels(static g => new AdamGpu(g.Loader));

    /// <summary>Values that do not change from step to step.</summary>
    public struct Constants
    {
        public float Beta1, OneMinusBeta1, Beta2, OneMinusBeta2, Epsilon;

        // The complements are taken before rounding: 1 − 0.999f is 0.00099998, not 0.001.
        public static Constants Of(AdamOptions options) => new()
        {
            Beta1 = (float)options.Beta1,
            OneMinusBeta1 = (float)(1 - options.Beta1),
            Beta2 = (float)options.Beta2,
            OneMinusBeta2 = (float)(1 - options.Beta2),
            Epsilon = (float)options.Epsilon,
        };
    }

    /// <summary>
    /// m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g², θ ← θ − coefficients[0] · m / (√v · coefficients[1] + ε).
    /// </summary>
    public static void AdamKernel(
        int length, Constants constants, ArrayView<float> coefficients, ArrayView<float> parameters,
        ArrayView<float> gradients, ArrayView<float> firstMoment, ArrayView<float> secondMoment)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            float g = gradients[i];
            float m = constants.Beta1 * firstMoment[i] + constants.OneMinusBeta1 * g;
            float v = constants.Beta2 * secondMoment[i] + constants.OneMinusBeta2 * g * g;
            firstMoment[i] = m;
            secondMoment[i] = v;
            parameters[i] -= coefficients[0] * m / (MathF.Sqrt(v) * coefficients[1] + constants.Epsilon);
        }
    }

    public Action Bind(
        AcceleratorStream stream, AdamOptions options,
        ArrayView<float> coefficients, ArrayView<float> parameters, ArrayView<float> gradients,
        ArrayView<float> firstMoment, ArrayView<float> secondMoment)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, Constants, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(AdamKernel);
        int length = parameters.IntLength;
        KernelConfig config = loader.PerElement(length);
        Constants constants = Constants.Of(options);
        return () => launch(
            stream, config, length, constants, coefficients, parameters, gradients, firstMoment, secondMoment);
    }
}
