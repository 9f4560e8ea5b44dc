using GanGpu.Graph;
using GanGpu.Kernels.Optimizers;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// Stores a batch's metrics for the host, advances a network's counter to the next batch, and computes the coefficients
/// of the following update; see <see cref="AdvanceStepLaunch"/>.
/// </summary>
/// <param name="metrics">The metrics to store.</param>
/// <param name="clock">Index of the clock among those that the plan is bound to.</param>
internal sealed class AdvanceStep(Tensor metrics, int clock = 0) : Launch
{
    /// <summary>Bytes of the step, its learning rate and coefficients.</summary>
    public const int ClockBytes = 5 * sizeof(float);

    public Tensor Metrics { get; } = metrics;

    /// <summary>Index of the clock: 0 is that of the network whose count of batches is the plan's.</summary>
    public int Clock { get; } = clock;

    public override IReadOnlyList<Tensor> Inputs => [Metrics];

    public override IReadOnlyList<Tensor> Outputs => [];

    public override LaunchCost Cost =>
        new(nameof(AdvanceStep), Metrics.Shape.ToString(), "", 0, (2 * Bytes) + ClockBytes);

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new AdvanceStepLaunch(binding.Clocks[Clock], binding[Metrics]));
}
