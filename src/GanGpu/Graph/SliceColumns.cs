using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>Consecutive columns of x.</summary>
internal sealed class SliceColumns : Operation
{
    public SliceColumns(Tensor x, int first, int count)
        : base([x], new Shape(x.Shape.Rows, count))
    {
        if (first < 0 || first > x.Shape.Columns - count)
            throw new ArgumentException($"{x} has no columns {first} to {first + count - 1}.");
        First = first;
    }

    /// <summary>The index of the first column.</summary>
    public int First { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new PadColumns(v, First, Inputs[0].Shape.Columns).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new SliceColumnsLaunch(
                Output.Shape.Rows, Inputs[0].Shape.Columns, First, Output.Shape.Columns, binding[Inputs[0]],
                binding[Output]));
}
