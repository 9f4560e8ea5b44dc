using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// Ends a step t = step[0], counted from 1: ring[((t − 1) mod (ring.Length / metrics.Length)) · metrics.Length + i] =
/// metrics[i], which keeps them on the device until the host asks for them; coefficients[0] = rate / (1 − β1^t),
/// coefficients[1] = 1 / √(1 − β2^t), rate = learningRate[0] · <see cref="LearningRateDecay.FactorAfter"/>(t − 1);
/// step[0] ← t + 1.
/// </summary>
internal readonly struct AdvanceStepLaunch(StepClock clock, Slice<float> metrics) : ILaunch
{
    private const string Operation = "AdvanceStep";

    public void Check()
    {
        Shape(Operation, "step", clock.Step, 1);
        Shape(Operation, "learning rate", clock.LearningRate, 1);
        Shape(Operation, "coefficients", clock.Coefficients, 2);
        if (clock.Ring.Length < metrics.Length || clock.Ring.Length % metrics.Length != 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: the ring's length [{clock.Ring.Length}] must be a multiple of the metrics' " +
                    $"[{metrics.Length}]."));
    }

    public Action Bind(IGpu gpu) => AdvanceStepGpu.Of(gpu).Bind(gpu, clock, metrics);

    public Action Bind(IHost host) => AdvanceStepHost.Bind(host, clock, metrics);
}
