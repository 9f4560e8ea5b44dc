using GanGpu.Graph;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Planning;

/// <summary>Keeps a step's figures for the host and turns to the next step; see <see cref="EndStepLaunch"/>.</summary>
internal sealed class EndStep(Tensor figures) : Launch
{
    /// <summary>Bytes of the step, its learning rate and coefficients.</summary>
    public const int ClockBytes = 5 * sizeof(float);

    public Tensor Figures { get; } = figures;

    public override IReadOnlyList<Tensor> Inputs => [Figures];

    public override IReadOnlyList<Tensor> Outputs => [];

    public override LaunchCost Cost => new(nameof(EndStep), Figures.Shape.ToString(), "", 0, (2 * Bytes) + ClockBytes);

    /// <exception cref="InvalidOperationException">The plan was bound without a clock.</exception>
    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new EndStepLaunch(
        binding.Clock ?? throw new InvalidOperationException("A plan that ends a step must be bound to a clock."),
        binding[Figures]));
}
