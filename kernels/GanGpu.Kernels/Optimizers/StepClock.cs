using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Optimizers;

/// <summary>What the end of a step reads and writes; see <see cref="AdvanceStepLaunch"/>.</summary>
/// <param name="Options">Adam's decay rates, both 0 for another optimizer, and how the learning rate falls.</param>
/// <param name="Step">[1], the number of the step in hand, from 1.</param>
/// <param name="LearningRate">[1].</param>
/// <param name="Coefficients">[2], for <see cref="AdamLaunch"/>; the first alone is the step's learning rate where both
/// decay rates are 0.</param>
/// <param name="Ring">The figures of the latest steps, one after the other.</param>
/// <param name="Batches">Steps whose gradients make one update, at least 1.</param>
internal readonly record struct StepClock(
    AdamOptions Options, Slice<uint> Step, Slice<float> LearningRate, Slice<float> Coefficients, Slice<float> Ring,
    int Batches = 1);
