using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Graph;

/// <summary>y = f(x + offset), elementwise; see <see cref="ElementwiseKind"/>.</summary>
internal sealed class Elementwise(Tensor x, ElementwiseFunction function) : Operation([x], x.Shape)
{
    public ElementwiseFunction Function { get; } = function;

    /// <summary>
    /// From the output where that says it: −y² of the reciprocal, ½ · 1/y of the square root, −½ · y³ of its inverse.
    /// All are 0 where y is: a norm's derivative at 0 is taken as 0. The softplus has the sigmoid of
    /// its input, the exponential itself.
    /// </summary>
    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents)
    {
        if (cotangents[0] is not { } v)
            return [null];
        return [Function.Kind switch
        {
            ElementwiseKind.Reciprocal => v * -(Output * Output),
            ElementwiseKind.SquareRoot => v * (0.5f * TensorMath.Reciprocal(Output)),
            ElementwiseKind.InverseSquareRoot => v * (-0.5f * (Output * Output * Output)),
            ElementwiseKind.Softplus => v * new Activate(Shifted(), Activation.Sigmoid).Output,
            ElementwiseKind.Exponential => v * Output,
            _ => throw new NotSupportedException($"{Function.Kind} has no derivative."),
        }];
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new ElementwiseLaunch(Function, binding[Inputs[0]], binding[Output]));

    private Tensor Shifted() => Function.Offset == 0f ? Inputs[0] : Inputs[0] + Function.Offset;
}
