using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// y[r] = table[label_r]: an embedding. The table is [classes, columns], the labels are [rows, 1]. A label is the index
/// of a class, as a float; a label that is not in 0..classes − 1 gives a row of zeros. Labels have no derivative.
/// </summary>
internal sealed class GatherRows : Operation
{
    public GatherRows(Tensor table, Tensor labels)
        : base([table, labels], new Shape(labels.Shape.Rows, table.Shape.Columns)) =>
        Require(labels.Shape.Columns == 1, "Rows of a table are named by one label each", table, labels);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new ScatterAddRows(v, Inputs[1], Inputs[0].Shape.Rows).Output : null, null];

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new GatherRowsLaunch(
        Output.Shape.Rows, Inputs[0].Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Inputs[1]],
        binding[Output]));
}
