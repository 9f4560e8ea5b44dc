using GanGpu.Kernels.Losses;

namespace GanGpu.Graph;

/// <summary>
/// A penalty on the norms of a gradient's rows; see <see cref="PenaltyShape"/>. It ends a graph: (gradient,
/// <see cref="Cotangent"/>) is a pair that differentiation starts from, through the gradient a second time.
/// </summary>
internal sealed class GradientPenalty : Operation
{
    /// <summary>Numbers in <see cref="Figures"/>.</summary>
    public const int FigureCount = 4;

    private readonly PenaltyShape shape;

    public GradientPenalty(Tensor gradient, int split, float center, float firstWeight, float secondWeight)
        : base([gradient], gradient.Shape, new Shape(gradient.Shape.Rows, 1), new Shape(1, FigureCount)) =>
        shape = new PenaltyShape(gradient.Shape.Rows, gradient.Shape.Columns, split, center, firstWeight, secondWeight);

    public PenaltyShape PenaltyShape => shape;

    /// <summary>The penalty's derivative towards the gradient.</summary>
    public Tensor Cotangent => Outputs[0];

    /// <summary>Mean penalty of the first rows and of the others, then mean norms.</summary>
    public Tensor Figures => Outputs[2];

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        throw new NotSupportedException(
            "The gradient penalty ends a graph: start differentiation from the gradient and its cotangent.");

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new GradientPenaltyLaunch(
                shape, binding[Inputs[0]], binding[Outputs[1]], binding[Cotangent], binding[Figures]));
}
