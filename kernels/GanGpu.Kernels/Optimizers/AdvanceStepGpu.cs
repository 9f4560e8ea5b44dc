using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Ends a step t = step[0], counted from 1. ring[((t − 1) mod slots) · metrics.Length + i] = metrics[i], so that the
/// metrics of the latest steps stay on the device until the host asks for them. The coefficients of the update u = ⌈t /
/// batches⌉ that the step is part of are Adam's, (rate / (1 − β1^u), 1 / √(1 − β2^u)) with rate = learningRate ·
/// <see cref="LearningRateDecay.FactorAfter"/>(u − 1); with both β 0 they are (rate, 1), for any optimizer. Then step ←
/// t + 1. One thread does all of it.
/// </summary>
internal sealed class AdvanceStepGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static AdvanceStepGpu Of(IGpu gpu) => gpu.Kernels(static g => new AdvanceStepGpu(g.Loader));

    /// <summary>Values that do not change from step to step.</summary>
    public struct Constants
    {
        /// <summary>Natural logarithms of Adam's two decay rates.</summary>
        public float LnBeta1, LnBeta2;

        /// <summary>Metrics of a step, and steps that the ring holds.</summary>
        public int Metrics, Slots;

        /// <summary>
        /// Updates at the full learning rate, and updates over which it then falls; 0 if it does not fall.
        /// </summary>
        public int DecayFrom, DecaySteps;

        /// <summary>Steps whose gradients make one update.</summary>
        public int Batches;

        /// <summary>The part of the learning rate that is lost by the end of the decay.</summary>
        public float DecayLoss;

        public static Constants Of(StepClock clock, int metrics) => new()
        {
            LnBeta1 = (float)Math.Log(clock.Options.Beta1),
            LnBeta2 = (float)Math.Log(clock.Options.Beta2),
            Metrics = metrics,
            Slots = clock.Ring.Length / metrics,
            Batches = clock.Batches,
            DecayFrom = clock.Options.Decay?.From ?? 0,
            DecaySteps = clock.Options.Decay is { } decay ? decay.To - decay.From : 0,
            DecayLoss = (float)(1 - (clock.Options.Decay?.FinalFactor ?? 1)),
        };
    }

    /// <summary>The views of a <see cref="StepClock"/>.</summary>
    public struct Views
    {
        public ArrayView<uint> Step;

        public ArrayView<float> LearningRate, Coefficients, Ring;

        public static Views Of(IGpu gpu, StepClock clock) => new()
        {
            Step = gpu.View(clock.Step),
            LearningRate = gpu.View(clock.LearningRate),
            Coefficients = gpu.View(clock.Coefficients),
            Ring = gpu.View(clock.Ring),
        };
    }

    public static void AdvanceStepKernel(Constants constants, Views clock, ArrayView<float> metrics)
    {
        if (Grid.IdxX * Group.DimX + Group.IdxX == 0)
            End(constants, clock, metrics);
    }

    /// <summary>
    /// Ends the step inside of a kernel that has computed the metrics; called by one thread. 1 − β^t is computed as
    /// −expm1(t · ln β): in single precision β^t would lose half of its digits in the difference while t is small.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void End(Constants constants, Views clock, ArrayView<float> metrics)
    {
        uint number = clock.Step[0], update = (number - 1u) / (uint)constants.Batches + 1u;

        // Through int: unsigned integers are converted through double, which not every GPU has. For greater t, β^t is 0
        // for any float β.
        float t = (int)(update < int.MaxValue ? update : int.MaxValue);
        float rate = clock.LearningRate[0] * DecayFactor(constants, update - 1u);
        clock.Coefficients[0] = rate / -PreciseMath.Expm1(t * constants.LnBeta1);
        clock.Coefficients[1] = 1f / MathF.Sqrt(-PreciseMath.Expm1(t * constants.LnBeta2));
        int slot = (int)((number - 1u) % (uint)constants.Slots) * constants.Metrics;
        for (int i = 0; i < constants.Metrics; i++)
            clock.Ring[slot + i] = metrics[i];
        clock.Step[0] = number + 1u;
    }

    /// <summary>1 − DecayLoss · (updates of the decay that are done) / DecaySteps, after this many updates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float DecayFactor(Constants constants, uint done)
    {
        uint from = (uint)constants.DecayFrom, fall = (uint)constants.DecaySteps;
        uint past = done > from ? done - from : 0u;
        uint fallen = past < fall ? past : fall;
        return 1f - constants.DecayLoss * ((int)fallen / (float)(fall > 0u ? constants.DecaySteps : 1));
    }

    public Action Bind(IGpu gpu, StepClock clock, Slice<float> metrics)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, Constants, Views, ArrayView<float>>>(
            AdvanceStepKernel);
        Constants constants = Constants.Of(clock, metrics.Length);
        Views views = Views.Of(gpu, clock);
        ArrayView<float> values = gpu.View(metrics);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig config = new(1, 1);
        return () => launch(stream, config, constants, views, values);
    }
}
