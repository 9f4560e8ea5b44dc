using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// What ends a step t = step[0], counted from 1: ring[((t − 1) mod slots) · figures.Length + i] = figures[i], so that
/// the figures of the latest steps wait on the device until the host asks; Adam's coefficients of the update u = ⌈t /
/// batches⌉ that the step is part of, (rate / (1 − β1^u), 1 / √(1 − β2^u)) with rate = learningRate ·
/// <see cref="LearningRateDecay.FactorAfter"/>(u − 1), which with both β 0 are (rate, 1), for any optimizer; and step ←
/// t + 1. One thread does it.
/// </summary>
internal sealed class AdvanceStepGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static AdvanceStepGpu Of(IGpu gpu) => gpu.Kernels(static g => new AdvanceStepGpu(g.Loader));

    /// <summary>What does not change from step to step.</summary>
    public struct Constants
    {
        /// <summary>Natural logarithms of Adam's two decay rates.</summary>
        public float LnBeta1, LnBeta2;

        /// <summary>Numbers that a step leaves, and the steps that the ring holds.</summary>
        public int Figures, Slots;

        /// <summary>Steps at the whole learning rate, and how many it then falls; with 0 of those it stays.</summary>
        public int DecayFrom, DecaySteps;

        /// <summary>Steps whose gradients make one update.</summary>
        public int Batches;

        /// <summary>What the learning rate loses of itself in all.</summary>
        public float DecayLoss;

        public static Constants Of(StepClock clock, int figures) => new()
        {
            LnBeta1 = (float)Math.Log(clock.Options.Beta1),
            LnBeta2 = (float)Math.Log(clock.Options.Beta2),
            Figures = figures,
            Slots = clock.Ring.Length / figures,
            Batches = clock.Batches,
            DecayFrom = clock.Options.Decay?.From ?? 0,
            DecaySteps = clock.Options.Decay is { } decay ? decay.To - decay.From : 0,
            DecayLoss = (float)(1 - (clock.Options.Decay?.FinalFactor ?? 1)),
        };
    }

    /// <summary>A <see cref="StepClock"/>'s.</summary>
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

    public static void AdvanceStepKernel(Constants constants, Views clock, ArrayView<float> figures)
    {
        if (Grid.IdxX * Group.DimX + Group.IdxX == 0)
            End(constants, clock, figures);
    }

    /// <summary>
    /// For a kernel that has the figures at hand, called by one thread. 1 − β^t is −expm1(t · ln β): β^t in single
    /// precision would lose half its digits in the difference while t is small.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void End(Constants constants, Views clock, ArrayView<float> figures)
    {
        uint number = clock.Step[0], update = (number - 1u) / (uint)constants.Batches + 1u;

        // By way of int: unsigned integers are converted through double, which not every GPU has. Beyond, β^t is 0
        // whatever float β is.
        float t = (int)(update < int.MaxValue ? update : int.MaxValue);
        float rate = clock.LearningRate[0] * DecayFactor(constants, update - 1u);
        clock.Coefficients[0] = rate / -PreciseMath.Expm1(t * constants.LnBeta1);
        clock.Coefficients[1] = 1f / MathF.Sqrt(-PreciseMath.Expm1(t * constants.LnBeta2));
        int slot = (int)((number - 1u) % (uint)constants.Slots) * constants.Figures;
        for (int i = 0; i < constants.Figures; i++)
            clock.Ring[slot + i] = figures[i];
        clock.Step[0] = number + 1u;
    }

    /// <summary>1 − DecayLoss · (steps of the fall that are done) / DecaySteps, after so many steps in all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float DecayFactor(Constants constants, uint done)
    {
        uint from = (uint)constants.DecayFrom, fall = (uint)constants.DecaySteps;
        uint past = done > from ? done - from : 0u;
        uint fallen = past < fall ? past : fall;
        return 1f - constants.DecayLoss * ((int)fallen / (float)(fall > 0u ? constants.DecaySteps : 1));
    }

    public Action Bind(IGpu gpu, StepClock clock, Slice<float> figures)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, Constants, Views, ArrayView<float>>>(
            AdvanceStepKernel);
        Constants constants = Constants.Of(clock, figures.Length);
        Views views = Views.Of(gpu, clock);
        ArrayView<float> values = gpu.View(figures);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig config = new(1, 1);
        return () => launch(stream, config, constants, views, values);
    }
}
