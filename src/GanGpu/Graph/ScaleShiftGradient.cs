using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Reduction;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// The gradients of <see cref="ScaleShift"/>: dx[r,c] = scale[g,c] · dy[r,c], and Σ dy · x and Σ dy over each group's
/// rows.
/// </summary>
internal sealed class ScaleShiftGradient : Operation
{
    public ScaleShiftGradient(Tensor dy, Tensor x, Tensor scale)
        : base([dy, x, scale], x.Shape, scale.Shape, scale.Shape)
    {
        Require(dy.Shape == x.Shape, "The gradient of a scale needs the shape of what was scaled", dy, x);
        Require(scale.Shape.Columns == x.Shape.Columns, "A scale is as wide as what it scales", x, scale);
        RowGroups = SumRowGroups.RowGroupsOf(x, scale.Shape.Rows);
    }

    public RowGroups RowGroups { get; }

    /// <summary>
    /// With cotangents a of dx, p of Σ dy · x and q of Σ dy: scale · a + p · x + q towards dy, p · dy towards x, Σ a ·
    /// dy towards scale.
    /// </summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        (Tensor dy, Tensor x, Tensor scale) = (Inputs[0], Inputs[1], Inputs[2]);
        (Tensor? a, Tensor? p, Tensor? q) = (cotangents[0], cotangents[1], cotangents[2]);
        Tensor? fromDx = a is null ? null : ScaleShift.Scaled(a, scale);
        Tensor? fromSums = p is null && q is null ? null : new ScaleShift(x, p ?? Zero(), q ?? Zero()).Output;
        return
        [
            fromDx is null ? fromSums : fromSums is null ? fromDx : fromDx + fromSums,
            p is null ? null : ScaleShift.Scaled(dy, p),
            a is null ? null : new SumRowGroups(a * dy, scale.Shape.Rows).Output,
        ];

        Tensor Zero() => new Fill(scale.Shape, 0f).Output;
    }

    public override Action Bind(PlanBinding binding) => Bind(binding, Inputs[0], null, Activation.Identity);

    /// <summary>
    /// Binds it with the gradient of an activation in the same launch: from dy of the activation's output y.
    /// </summary>
    public Action Bind(PlanBinding binding, Tensor dy, Tensor? y, Activation activation) =>
        binding.Backend.Bind(new ScaleShiftGradientLaunch(
        RowGroups, binding[dy], binding[Inputs[1]], binding[Outputs[0]],
        new(activation, y is null ? null
            : binding[y], binding[Inputs[2]], binding[Outputs[1]], binding[Outputs[2]])));
}
