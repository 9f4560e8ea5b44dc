using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// y[r,c] = scale[g,c] · x[r,c] + shift[g,c] for the rows r of group g. Splits the rows into equal groups of
/// consecutive rows; scale and shift have one row per group: one for all rows, or one for each sample's pixels.
/// </summary>
internal sealed class ScaleShift : Operation
{
    public ScaleShift(Tensor x, Tensor scale, Tensor shift)
        : base([x, scale, shift], x.Shape)
    {
        Require(scale.Shape.Columns == x.Shape.Columns, "A scale is as wide as what it scales", x, scale);
        Require(scale.Shape == shift.Shape, "A scale and a shift need equal shapes", scale, shift);
        RowGroups = SumRowGroups.RowGroupsOf(x, scale.Shape.Rows);
    }

    public RowGroups RowGroups { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null, null, null];
        ScaleShiftGradient gradient = new(v, Inputs[0], Inputs[1]);
        return [gradient.Outputs[0], gradient.Outputs[1], gradient.Outputs[2]];
    }

    public override Action Bind(PlanBinding binding) => Bind(binding, Activation.Identity, Output);

    /// <summary>Binds it with an activation of the result in the same launch.</summary>
    public Action Bind(PlanBinding binding, Activation activation, Tensor y) =>
        binding.Backend.Bind(
            new ScaleShiftLaunch(RowGroups, activation, binding[Inputs[0]], binding[Inputs[1]], binding[Inputs[2]],
                binding[y]));

    /// <summary>y[r,c] = scale[g,c] · x[r,c].</summary>
    public static Tensor Scaled(Tensor x, Tensor scale) =>
        new ScaleShift(x, scale, new Fill(scale.Shape, 0f).Output).Output;
}
