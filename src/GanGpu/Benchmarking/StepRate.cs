using GanGpu.Kernels;

namespace GanGpu.Benchmarking;

/// <summary>How fast a device trains; a step updates both networks.</summary>
/// <param name="Batch">Samples of the data set in a step, at least 1.</param>
/// <param name="Flops">Floating-point operations of the first step's matrix products and convolutions; above 0.</param>
/// <param name="MillisecondsPerStep">Milliseconds a step, the median; above 0.</param>
/// <param name="StepsPerSecond">Steps a second; above 0.</param>
/// <param name="SamplesPerSecond">Samples of the data set a second; above 0.</param>
internal sealed record StepRate(
    int Batch, long Flops, double MillisecondsPerStep, double StepsPerSecond, double SamplesPerSecond)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(StepRate), PrintMembers);
}
