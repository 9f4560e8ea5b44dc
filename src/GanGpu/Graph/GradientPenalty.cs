using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// A penalty on the norms of a gradient's rows; see <see cref="PenaltyShape"/>. It ends a graph: differentiation starts
/// from the pair (gradient, <see cref="Cotangent"/>), a second time through the gradient.
/// </summary>
internal sealed class GradientPenalty : Operation
{
    /// <summary>Number of metrics.</summary>
    public const int MetricCount = 4;

    private readonly PenaltyShape shape;

    public GradientPenalty(Tensor gradient, int split, float center, float firstWeight, float secondWeight)
        : base([gradient], gradient.Shape, new Shape(gradient.Shape.Rows, 1), new Shape(1, MetricCount)) =>
        shape = new PenaltyShape(gradient.Shape.Rows, gradient.Shape.Columns, split, center, firstWeight, secondWeight);

    public PenaltyShape PenaltyShape => shape;

    /// <summary>The penalty's derivative towards the gradient.</summary>
    public Tensor Cotangent => Outputs[0];

    /// <summary>Mean penalty of the first part and of the second, then their mean norms.</summary>
    public Tensor Metrics => Outputs[2];

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        throw new NotSupportedException(
            "The gradient penalty ends a graph: start differentiation from the gradient and its cotangent.");

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new GradientPenaltyLaunch(
                shape, binding[Inputs[0]], binding[Outputs[1]], binding[Cotangent], binding[Metrics]));
}
