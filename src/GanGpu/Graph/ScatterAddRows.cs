using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// sums[k] = Σ x_r over the rows r with label k, [classes, columns]: the transpose of <see cref="GatherRows"/>.
/// </summary>
internal sealed class ScatterAddRows : Operation
{
    public ScatterAddRows(Tensor x, Tensor labels, int classes)
        : base([x, labels], new Shape(classes, x.Shape.Columns)) =>
        Require(labels.Shape == new Shape(x.Shape.Rows, 1), "Rows are added by one label each", x, labels);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new GatherRows(v, Inputs[1]).Output : null, null];

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new ScatterAddRowsLaunch(
        Inputs[0].Shape.Rows, Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Inputs[1]],
        binding[Output]));
}
