namespace GanGpu.Kernels;

/// <summary>
/// What ends a step t = step[0], counted from 1: ring[((t − 1) mod slots) · count + i] = figures[i], slots = ring length / count;
/// coefficients = (rate / (1 − β1^t), 1 / √(1 − β2^t)), in double until they are stored, with rate = learningRate ·
/// <see cref="LearningRateDecay.FactorAfter"/>(t − 1); step ← t + 1.
/// </summary>
internal static unsafe class EndStepHost
{
    public static Action Bind(AdamOptions options, uint* step, float* learningRate, float* coefficients, int count, float* figures, int ringLength, float* ring) =>
        new Clock(options.Beta1, options.Beta2, options.Decay, step, learningRate, coefficients, count, figures, (uint)(ringLength / count), ring).Invoke;

    private sealed class Clock(
        double beta1, double beta2, LearningRateDecay? decay, uint* step, float* learningRate, float* coefficients, int count, float* figures, uint slots, float* ring)
    {
        public void Invoke()
        {
            uint t = *step;
            uint slot = (t - 1) % slots;
            new ReadOnlySpan<float>(figures, count).CopyTo(new Span<float>(ring + (nint)slot * count, count));
            double rate = decay is null ? *learningRate : *learningRate * decay.FactorAfter(t - 1L);
            coefficients[0] = (float)(rate / OneLessPower(beta1, t));
            coefficients[1] = (float)(1 / Math.Sqrt(OneLessPower(beta2, t)));
            *step = t + 1;
        }

        // 1 − β^t; β near 1 and small t leave eleven digits or more of the sixteen, which is plenty for a float.
        private static double OneLessPower(double beta, uint t) => 1 - Math.Pow(beta, t);
    }
}
