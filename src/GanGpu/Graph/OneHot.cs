using GanGpu.Kernels.Batch;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Labels [rows, 1] as rows [rows, classes] with a 1 in the column of the label and 0 elsewhere; a label that is not in
/// 0..classes − 1 gives a row of zeros. It has no derivative.
/// </summary>
internal sealed class OneHot : Operation
{
    public OneHot(Tensor labels, int classes)
        : base([labels], new Shape(labels.Shape.Rows, classes))
    {
        if (labels.Shape.Columns != 1)
            throw new ArgumentException($"A row has one label: got {labels}.");
    }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new OneHotLaunch(Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Output]));
}
