using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Splits the rows into equal groups of consecutive rows and sums each column within a group: sums[g,c] = factor · Σ
/// x[r,c].
/// </summary>
internal sealed class SumRowGroups : Operation
{
    public SumRowGroups(Tensor x, int groups, float factor = 1f)
        : base([x], new Shape(groups, x.Shape.Columns))
    {
        RowGroups = RowGroupsOf(x, groups);
        Factor = factor;
    }

    public RowGroups RowGroups { get; }

    public float Factor { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new RepeatRows(v, RowGroups.Rows, Factor).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new SumRowGroupsLaunch(RowGroups, Factor, binding[Inputs[0]], binding[Output]));

    /// <summary>The groups of the rows of x.</summary>
    /// <exception cref="ArgumentException">The number of rows is not a multiple of the number of groups.</exception>
    public static RowGroups RowGroupsOf(Tensor x, int groups) => groups > 0 && x.Shape.Rows % groups == 0
        ? new(groups, x.Shape.Rows / groups, x.Shape.Columns)
        : throw new ArgumentException(
            FormattableString.Invariant($"The rows of {x} can't be shared out to {groups} groups."));
}
