using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>x between columns of zeros, the transpose of <see cref="SliceColumns"/>.</summary>
internal sealed class PadColumns : Operation
{
    public PadColumns(Tensor x, int first, int columns)
        : base([x], new Shape(x.Shape.Rows, columns))
    {
        if (first < 0 || first > columns - x.Shape.Columns)
            throw new ArgumentException($"{x} has no place in {columns} columns from {first} on.");
        First = first;
    }

    /// <summary>The column of the result that holds the first column of x.</summary>
    public int First { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new SliceColumns(v, First, Inputs[0].Shape.Columns).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new PadColumnsLaunch(
                Output.Shape.Rows, Output.Shape.Columns, First, Inputs[0].Shape.Columns, binding[Inputs[0]],
                binding[Output]));
}
