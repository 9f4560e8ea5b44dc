using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>
/// The rows of a, then those of b. The planner lets both be written where the stack lies, so that it costs no launch.
/// It joins the data that a discriminator judges together; nothing is trained through it.
/// </summary>
internal sealed class StackRows : Operation
{
    public StackRows(Tensor a, Tensor b)
        : base([a, b], new Shape(a.Shape.Rows + b.Shape.Rows, a.Shape.Columns)) =>
        Require(a.Shape.Columns == b.Shape.Columns, "Stacked rows need equal widths", a, b);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        throw new NotSupportedException("Stacked rows have no derivative: judge the two parts apart where one of them is trained.");

    public override Action Bind(PlanBinding binding) =>
        throw new InvalidOperationException("Stacked rows are a matter of placement; the planner leaves nothing to launch.");
}
