using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>The transpose of <see cref="MaxoutSelect"/>: a unit's value goes to the piece whose key is the greatest, 0 to the others.</summary>
internal sealed class MaxoutSpread : Operation
{
    public MaxoutSpread(Tensor dy, Tensor keys, int pieces)
        : base([dy, keys], keys.Shape)
    {
        Require(dy.Shape == new Shape(keys.Shape.Rows, keys.Shape.Columns / pieces), $"Maxout of {pieces} pieces has a gradient of one value a unit", dy, keys);
        Pieces = pieces;
    }

    public int Pieces { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new MaxoutSelect(v, Inputs[1], Pieces).Output : null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.MaxoutSpread(Inputs[0].Shape.Rows, Inputs[0].Shape.Columns, Pieces, binding[Inputs[0]], binding[Inputs[1]], binding[Output]);
}
