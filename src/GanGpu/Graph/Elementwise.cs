using GanGpu.Kernels;
using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>y = f(x + offset), elementwise; see <see cref="ElementwiseKind"/>.</summary>
internal sealed class Elementwise(Tensor x, ElementwiseFunction function) : Operation([x], x.Shape)
{
    public ElementwiseFunction Function { get; } = function;

    /// <summary>
    /// From the output where that says it: −y² of the reciprocal, ½ · 1/y of the square root, −½ · y³ of its inverse. All
    /// are 0 where y is: a norm's derivative at 0 is taken as 0. The softplus has the sigmoid of its input.
    /// </summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null];
        return [Function.Kind switch
        {
            ElementwiseKind.Reciprocal => new Multiply(v, new Scale(new Multiply(Output, Output).Output, -1f).Output).Output,
            ElementwiseKind.SquareRoot => new Multiply(v, new Scale(TensorMath.Reciprocal(Output), 0.5f).Output).Output,
            ElementwiseKind.InverseSquareRoot => new Multiply(v, new Scale(new Multiply(new Multiply(Output, Output).Output, Output).Output, -0.5f).Output).Output,
            ElementwiseKind.Softplus => new Multiply(v, new Activate(Shifted(), Activation.Sigmoid).Output).Output,
            _ => throw new NotSupportedException($"{Function.Kind} has no derivative."),
        }];
    }

    public override Action Bind(PlanBinding binding) => binding.Backend.Elementwise(Function, binding[Inputs[0]], binding[Output]);

    private Tensor Shifted() => Function.Offset == 0f ? Inputs[0] : new Add(Inputs[0], new Fill(Output.Shape, Function.Offset).Output).Output;
}
