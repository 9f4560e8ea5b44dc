using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// y_r = x_r / max(‖x_r‖, least): the direction of each row. Differentiation treats it as a constant, like the vectors
/// of a power iteration.
/// </summary>
internal sealed class RowDirections(Tensor x, float least) : Operation([x], x.Shape)
{
    public float Least { get; } = least;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => [null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new RowDirectionsLaunch(
                Output.Shape.Rows, Output.Shape.Columns, Least, binding[Inputs[0]], binding[Output]));
}
