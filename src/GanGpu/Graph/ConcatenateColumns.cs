using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>The columns of a, then those of b.</summary>
internal sealed class ConcatenateColumns : Operation
{
    public ConcatenateColumns(Tensor a, Tensor b)
        : base([a, b], new Shape(a.Shape.Rows, checked(a.Shape.Columns + b.Shape.Columns))) =>
        Require(a.Shape.Rows == b.Shape.Rows, "Columns side by side need equal numbers of rows", a, b);

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null, null];
        (int a, int b) = (Inputs[0].Shape.Columns, Inputs[1].Shape.Columns);
        return [new SliceColumns(v, 0, a).Output, new SliceColumns(v, a, b).Output];
    }

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new ConcatenateColumnsLaunch(
        Output.Shape.Rows, Inputs[0].Shape.Columns, Inputs[1].Shape.Columns, binding[Inputs[0]], binding[Inputs[1]],
        binding[Output]));
}
