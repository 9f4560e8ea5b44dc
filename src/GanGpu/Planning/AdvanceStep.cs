using GanGpu.Graph;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Planning;

/// <summary>
/// Keeps a batch's figures for the host, turns a network's counter to the next batch, and computes the coefficients of
/// the update that follows; see <see cref="AdvanceStepLaunch"/>.
/// </summary>
/// <param name="figures">What is kept.</param>
/// <param name="clock">Which of the clocks that the plan is bound to.</param>
internal sealed class AdvanceStep(Tensor figures, int clock = 0) : Launch
{
    /// <summary>Bytes of the step, its learning rate and coefficients.</summary>
    public const int ClockBytes = 5 * sizeof(float);

    public Tensor Figures { get; } = figures;

    /// <summary>Which of the clocks: 0 is that of the network whose count of batches is the plan's.</summary>
    public int Clock { get; } = clock;

    public override IReadOnlyList<Tensor> Inputs => [Figures];

    public override IReadOnlyList<Tensor> Outputs => [];

    public override LaunchCost Cost =>
        new(nameof(AdvanceStep), Figures.Shape.ToString(), "", 0, (2 * Bytes) + ClockBytes);

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new AdvanceStepLaunch(binding.Clocks[Clock], binding[Figures]));
}
