using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Ends a step t = step[0], counted from 1: ring[((t − 1) mod (ring.Length / figures.Length)) · figures.Length + i] =
/// figures[i], which keeps them on the device until the host asks; coefficients[0] = rate / (1 − β1^t),
/// coefficients[1] = 1 / √(1 − β2^t), rate = learningRate[0] · <see cref="LearningRateDecay.FactorAfter"/>(t − 1);
/// step[0] ← t + 1.
/// </summary>
internal readonly struct AdvanceStepLaunch(StepClock clock, Slice<float> figures) : ILaunch
{
    private const string Operation = "AdvanceStep";

    public void Check()
    {
        Shape(Operation, "step", clock.Step, 1);
        Shape(Operation, "learning rate", clock.LearningRate, 1);
        Shape(Operation, "coefficients", clock.Coefficients, 2);
        if (clock.Ring.Length < figures.Length || clock.Ring.Length % figures.Length != 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: the ring's length [{clock.Ring.Length}] must be a multiple of the figures' " +
                    $"[{figures.Length}]."));
    }

    public Action Bind(IGpu gpu) => AdvanceStepGpu.Of(gpu).Bind(gpu, clock, figures);

    public Action Bind(IHost host) => AdvanceStepHost.Bind(host, clock, figures);
}
