using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>y = f(x + offset), elementwise; see <see cref="ElementwiseKind"/>.</summary>
internal sealed class Elementwise(Tensor x, ElementwiseFunction function) : Operation([x], x.Shape)
{
    public ElementwiseFunction Function { get; } = function;

    /// <summary>
    /// From the output y if it suffices: −y² for the reciprocal, ½ · 1/y for the square root, −½ · y³ for the inverse
    /// square root. All are 0 if y is 0: the derivative of a norm at 0 is taken as 0. For the softplus it is the
    /// sigmoid of the input, for the exponential the exponential itself, for the logarithm the input's reciprocal.
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
            ElementwiseKind.Logarithm => v * TensorMath.Reciprocal(Shifted()),
            _ => throw new NotSupportedException($"{Function.Kind} has no derivative."),
        }];
    }

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new ElementwiseLaunch(Function, binding[Inputs[0]], binding[Output]));

    private Tensor Shifted() => Function.Offset == 0f ? Inputs[0] : Inputs[0] + Function.Offset;
}
