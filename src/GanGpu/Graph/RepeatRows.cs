using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Repeats each row of x, with the copies one after the other, and multiplies by a factor: the transpose of
/// <see cref="SumRowGroups"/>.
/// </summary>
internal sealed class RepeatRows(Tensor x, int times, float factor = 1f)
    : Operation([x], new Shape(checked(x.Shape.Rows * times), x.Shape.Columns))
{
    public RowGroups RowGroups { get; } = new(x.Shape.Rows, times, x.Shape.Columns);

    public float Factor { get; } = factor;

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new SumRowGroups(v, RowGroups.Groups, Factor).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new RepeatRowsLaunch(RowGroups, Factor, binding[Inputs[0]], binding[Output]));
}
