using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Tests.Support;

/// <summary>The clock of a step, in a harness, for tests that look at one part of what ends a step.</summary>
internal static class Clocks
{
    /// <summary>With the options' learning rate and a ring of one slot of one figure.</summary>
    public static StepClock Of(
        OperationHarness harness, AdamOptions options, Slice<uint> step, Slice<float> coefficients) =>
        new(options, step, harness.Input([(float)options.LearningRate]), coefficients, harness.InOut([0f]));

    /// <summary>The end of a step of which only the coefficients matter.</summary>
    public static Action AdvanceStep(IBackend backend, OperationHarness harness, AdamOptions options, Slice<uint> step,
        Slice<float> coefficients) =>
        backend.Bind(new AdvanceStepLaunch(Of(harness, options, step, coefficients), harness.Input([0f])));
}
