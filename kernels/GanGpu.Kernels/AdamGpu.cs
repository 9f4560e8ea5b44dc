using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015, algorithm 1) in two launches: one thread advances the step counter and works out the
/// coefficients of that step, then one thread per parameter sweeps the whole arena.
/// </summary>
internal sealed class AdamGpu(KernelLoader loader)
{
    /// <summary>
    /// step ← step + 1 = t; coefficients = (learningRate / (1 − β1^t), 1 / √(1 − β2^t)).
    /// 1 − β^t is −expm1(t · ln β): β^t in single precision would lose half its digits in the difference while t is small.
    /// </summary>
    public static void AdvanceStepKernel(float lnBeta1, float lnBeta2, ArrayView<uint> step, ArrayView<float> learningRate, ArrayView<float> coefficients)
    {
        if (Grid.IdxX * Group.DimX + Group.IdxX == 0)
        {
            uint next = step[0] + 1u;

            // By way of int: unsigned integers are converted through double, which not every GPU has.
            float t = (int)next;
            step[0] = next;
            coefficients[0] = learningRate[0] / -PreciseMath.Expm1(t * lnBeta1);
            coefficients[1] = 1f / MathF.Sqrt(-PreciseMath.Expm1(t * lnBeta2));
        }
    }

    /// <summary>m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g², θ ← θ − coefficients[0] · m / (√v · coefficients[1] + ε).</summary>
    public static void AdamKernel(
        int length, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2, float epsilon,
        ArrayView<float> coefficients, ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> firstMoment, ArrayView<float> secondMoment)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            float g = gradients[i];
            float m = beta1 * firstMoment[i] + oneMinusBeta1 * g;
            float v = beta2 * secondMoment[i] + oneMinusBeta2 * g * g;
            firstMoment[i] = m;
            secondMoment[i] = v;
            parameters[i] -= coefficients[0] * m / (MathF.Sqrt(v) * coefficients[1] + epsilon);
        }
    }

    public Action BindAdvanceStep(AcceleratorStream stream, AdamOptions options, ArrayView<uint> step, ArrayView<float> learningRate, ArrayView<float> coefficients)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, float, float, ArrayView<uint>, ArrayView<float>, ArrayView<float>>>(AdvanceStepKernel);
        float lnBeta1 = (float)Math.Log(options.Beta1), lnBeta2 = (float)Math.Log(options.Beta2);
        KernelConfig config = new(1, 1);
        return () => launch(stream, config, lnBeta1, lnBeta2, step, learningRate, coefficients);
    }

    public Action Bind(
        AcceleratorStream stream, AdamOptions options,
        ArrayView<float> coefficients, ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> firstMoment, ArrayView<float> secondMoment)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, float, float, float, float, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(AdamKernel);
        int length = parameters.IntLength;
        KernelConfig config = loader.PerElement(length);

        // The complements are taken before rounding: 1 − 0.999f is 0.00099998, not 0.001.
        float beta1 = (float)options.Beta1, oneMinusBeta1 = (float)(1 - options.Beta1);
        float beta2 = (float)options.Beta2, oneMinusBeta2 = (float)(1 - options.Beta2), epsilon = (float)options.Epsilon;
        return () => launch(
            stream, config, length, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon,
            coefficients, parameters, gradients, firstMoment, secondMoment);
    }
}
