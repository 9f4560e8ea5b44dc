using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Optimizers;

/// <summary>The operands of the end of a step; see <see cref="AdvanceStepLaunch"/>.</summary>
/// <param name="Options">Adam's decay rates, both 0 for any other optimizer, and how the learning rate falls.</param>
/// <param name="Step">[1], the number of the current step, from 1.</param>
/// <param name="LearningRate">[1].</param>
/// <param name="Coefficients">[2], for <see cref="AdamLaunch"/>; if both decay rates are 0, the first is the step's
/// learning rate.</param>
/// <param name="Ring">The metrics of the latest steps, one after the other.</param>
/// <param name="Batches">Steps whose gradients make one update, at least 1.</param>
internal readonly record struct StepClock(
    AdamOptions Options, Slice<uint> Step, Slice<float> LearningRate, Slice<float> Coefficients, Slice<float> Ring,
    int Batches = 1);
