using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>
/// Of the values of a unit's pieces, the one whose key is the greatest; maxout itself where the values are the keys.
/// Which one it is changes nowhere but where two are equal, so that the keys have no derivative.
/// </summary>
internal sealed class MaxoutSelect : Operation
{
    public MaxoutSelect(Tensor values, Tensor keys, int pieces)
        : base([values, keys], new Shape(keys.Shape.Rows, keys.Shape.Columns / pieces))
    {
        Require(values.Shape == keys.Shape && keys.Shape.Columns % pieces == 0, $"Maxout of {pieces} pieces needs as many values as keys, in rows of whole units", values, keys);
        Pieces = pieces;
    }

    public int Pieces { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new MaxoutSpread(v, Inputs[1], Pieces).Output : null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.MaxoutSelect(Output.Shape.Rows, Output.Shape.Columns, Pieces, binding[Inputs[0]], binding[Inputs[1]], binding[Output]);
}
