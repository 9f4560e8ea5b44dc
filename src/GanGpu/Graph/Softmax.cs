using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y[r,c] = e^x[r,c] / Σ_i e^x[r,i].</summary>
internal sealed class Softmax(Tensor x) : Operation([x], x.Shape)
{
    /// <summary>y ⊙ (v − Σ_c v ⊙ y), from the output y.</summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null];
        Tensor mean = new ScaleRows(Output, -new RowDots(v, Output).Output).Output;
        return [v * Output + mean];
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new SoftmaxLaunch(Output.Shape.Rows, Output.Shape.Columns, binding[Inputs[0]], binding[Output]));
}
