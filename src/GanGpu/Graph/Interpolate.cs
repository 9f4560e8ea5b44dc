using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// A point on the line from each row of a to that of b, drawn anew in every step. A gradient penalty is evaluated
/// there, but nothing is trained through it: it has no derivative.
/// </summary>
internal sealed class Interpolate : Operation
{
    private readonly ulong seed;
    private readonly uint stream;

    public Interpolate(Tensor a, Tensor b, ulong seed, uint stream)
        : base([a, b], a.Shape)
    {
        Require(a.Shape == b.Shape, "Only tensors of one shape have points between them", a, b);
        this.seed = seed;
        this.stream = stream;
    }

    public override bool ReadsStep => true;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new InterpolateLaunch(
                Output.Shape.Rows, Output.Shape.Columns, seed, stream, binding.Step, binding[Inputs[0]],
                binding[Inputs[1]], binding[Output]));
}
