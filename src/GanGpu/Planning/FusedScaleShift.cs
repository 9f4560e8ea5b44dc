using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>A scale and shift with the activation of its result.</summary>
internal sealed class FusedScaleShift(ScaleShift scaleShift, Activation activation, Tensor y) : Launch
{
    public override IReadOnlyList<Tensor> Inputs => scaleShift.Inputs;

    public override IReadOnlyList<Tensor> Outputs => [y];

    public override LaunchCost Cost => new(nameof(ScaleShift), y.Shape.ToString(), activation.ToString(), 0, Bytes);

    public override Action Bind(PlanBinding binding) => scaleShift.Bind(binding, activation, y);
}
