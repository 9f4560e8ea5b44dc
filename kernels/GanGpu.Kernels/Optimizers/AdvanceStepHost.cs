namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// What ends a step t = step[0], counted from 1: ring[((t − 1) mod slots) · count + i] = figures[i], slots = ring
/// length / count; coefficients = (rate / (1 − β1^u), 1 / √(1 − β2^u)), in double until they are stored, with rate =
/// learningRate ·
/// <see cref="LearningRateDecay.FactorAfter"/>(u − 1), of the update u = ⌈t / batches⌉ that the step is part of; step ←
/// t + 1.
/// </summary>
internal static unsafe class AdvanceStepHost
{
    public static Action Bind(
        AdamOptions options, int batches, uint* step, float* learningRate, float* coefficients, int count,
        float* figures, int ringLength, float* ring) =>
        new Clock(
            options.Beta1, options.Beta2, options.Decay, (uint)batches, step, learningRate, coefficients, count,
            figures, (uint)(ringLength / count), ring).Invoke;

    private sealed class Clock(
        double beta1, double beta2, LearningRateDecay? decay, uint batches, uint* step, float* learningRate,
        float* coefficients, int count, float* figures, uint slots, float* ring)
    {
        public void Invoke()
        {
            uint t = *step, update = ((t - 1) / batches) + 1;
            uint slot = (t - 1) % slots;
            new ReadOnlySpan<float>(figures, count).CopyTo(new Span<float>(ring + (nint)slot * count, count));
            double rate = decay is null ? *learningRate : *learningRate * decay.FactorAfter(update - 1L);
            coefficients[0] = (float)(rate / OneLessPower(beta1, update));
            coefficients[1] = (float)(1 / Math.Sqrt(OneLessPower(beta2, update)));
            *step = t + 1;
        }

        // 1 − β^t; β near 1 and small t leave eleven digits or more of the sixteen, which is plenty for a float.
        private static double OneLessPower(double beta, uint t) => 1 - Math.Pow(beta, t);
    }
}
