using GanGpu.Kernels.Reduction;

namespace GanGpu.Graph;

/// <summary>
/// sums[g,c] = factor · Σ x[r,c] over the rows r of group g: as many groups of as many consecutive rows each.
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

    /// <summary>The rows of x in groups of equal size.</summary>
    /// <exception cref="ArgumentException">The rows are no multiple of the groups.</exception>
    public static RowGroups RowGroupsOf(Tensor x, int groups) => groups > 0 && x.Shape.Rows % groups == 0
        ? new(groups, x.Shape.Rows / groups, x.Shape.Columns)
        : throw new ArgumentException(
            FormattableString.Invariant($"The rows of {x} can't be shared out to {groups} groups."));
}
