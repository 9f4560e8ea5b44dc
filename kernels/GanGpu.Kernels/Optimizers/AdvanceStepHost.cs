using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Ends a step t = step[0], counted from 1: ring[((t − 1) mod slots) · count + i] = metrics[i], slots = ring length /
/// count; coefficients = (rate / (1 − β1^u), 1 / √(1 − β2^u)), in double until they are stored, with rate =
/// learningRate · <see cref="LearningRateDecay.FactorAfter"/>(u − 1), of the update u = ⌈t / batches⌉ that the step is
/// part of; step ← t + 1.
/// </summary>
internal static unsafe class AdvanceStepHost
{
    public static Action Bind(IHost host, StepClock clock, Slice<float> metrics) =>
        new Clock(clock.Options, (uint)clock.Batches)
        {
            Step = host.Address(clock.Step),
            LearningRate = host.Address(clock.LearningRate),
            Coefficients = host.Address(clock.Coefficients),
            Count = metrics.Length,
            Metrics = host.Address(metrics),
            Slots = (uint)(clock.Ring.Length / metrics.Length),
            Ring = host.Address(clock.Ring),
        }.Invoke;

    private sealed class Clock(AdamOptions options, uint batches)
    {
        public required uint* Step { get; init; }

        public required float* LearningRate { get; init; }

        public required float* Coefficients { get; init; }

        public required int Count { get; init; }

        public required float* Metrics { get; init; }

        /// <summary>Steps whose metrics the ring holds.</summary>
        public required uint Slots { get; init; }

        public required float* Ring { get; init; }

        public void Invoke()
        {
            uint t = *Step, update = ((t - 1) / batches) + 1;
            uint slot = (t - 1) % Slots;
            new ReadOnlySpan<float>(Metrics, Count).CopyTo(new Span<float>(Ring + (nint)slot * Count, Count));
            double rate = options.Decay is { } decay ? *LearningRate * decay.FactorAfter(update - 1L) : *LearningRate;
            Coefficients[0] = (float)(rate / OneLessPower(options.Beta1, update));
            Coefficients[1] = (float)(1 / Math.Sqrt(OneLessPower(options.Beta2, update)));
            *Step = t + 1;
        }

        // 1 − β^t. With β near 1 and small t, eleven or more of sixteen digits are left, which is enough for a float.
        private static double OneLessPower(double beta, uint t) => 1 - Math.Pow(beta, t);
    }
}
