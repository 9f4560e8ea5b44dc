using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// y[r] = ln Σ_c e^x[r,c]. Applied to the logits of K classes, it is the logit of a sample being real if "fake" is
/// another class with logit 0: Z / (Z + 1) = σ(ln Z), Z = Σ e^x (Salimans et al. 2016, arXiv:1606.03498).
/// </summary>
internal sealed class LogSumExp(Tensor x) : Operation([x], new Shape(x.Shape.Rows, 1))
{
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new ScaleRows(new Softmax(Inputs[0]).Output, v).Output : null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new LogSumExpLaunch(Inputs[0].Shape.Rows, Inputs[0].Shape.Columns, binding[Inputs[0]], binding[Output]));
}
