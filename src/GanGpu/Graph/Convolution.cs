using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// A convolution of images x with weights w, see <see cref="ConvolutionShape"/>. It and its two gradients are each
/// other's derivatives: all are derivatives of the trilinear form Σ x · w · y.
/// </summary>
internal sealed class Convolution : Operation
{
    public Convolution(Tensor x, Tensor w, ConvolutionShape shape)
        : base([x, w], new Shape(shape.OutPixels, shape.Filters))
    {
        ConvolutionInputs.Check(shape, x, w, Output);
        ConvolutionShape = shape;
    }

    public ConvolutionShape ConvolutionShape { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => cotangents[0] is { } dy
        ? [new ConvolutionInputGradient(dy, Inputs[1], ConvolutionShape).Output,
            new ConvolutionWeightGradient(Inputs[0], dy, ConvolutionShape).Output]
        : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new ConvolutionLaunch(
                ConvolutionShape, binding[Inputs[0]], binding[Inputs[1]], binding[Output], default(GemmEpilogue)));
}

/// <summary>
/// The gradient of a convolution towards its images, from the gradient towards its result; by itself a transposed
/// convolution.
/// </summary>
internal sealed class ConvolutionInputGradient : Operation
{
    public ConvolutionInputGradient(Tensor dy, Tensor w, ConvolutionShape shape)
        : base([dy, w], new Shape(shape.Pixels, shape.Channels))
    {
        ConvolutionInputs.Check(shape, Output, w, dy);
        ConvolutionShape = shape;
    }

    public ConvolutionShape ConvolutionShape { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => cotangents[0] is { } v
        ? [new Convolution(v, Inputs[1], ConvolutionShape).Output,
            new ConvolutionWeightGradient(v, Inputs[0], ConvolutionShape).Output]
        : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new ConvolutionInputGradientLaunch(
                ConvolutionShape, binding[Inputs[0]], binding[Inputs[1]], binding[Output], default(GemmEpilogue)));
}

/// <summary>
/// The gradient of a convolution towards its weights, from its images and the gradient towards its result.
/// </summary>
internal sealed class ConvolutionWeightGradient : Operation
{
    public ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionShape shape)
        : base([x, dy], new Shape(shape.PatchLength, shape.Filters))
    {
        ConvolutionInputs.Check(shape, x, Output, dy);
        ConvolutionShape = shape;
    }

    public ConvolutionShape ConvolutionShape { get; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => cotangents[0] is { } v
        ? [new ConvolutionInputGradient(Inputs[1], v, ConvolutionShape).Output,
            new Convolution(Inputs[0], v, ConvolutionShape).Output]
        : [null, null];

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new ConvolutionWeightGradientLaunch(
                ConvolutionShape, binding[Inputs[0]], binding[Inputs[1]], binding[Output], default(GemmEpilogue)));
}

/// <summary>The sizes that a convolution's tensors must have.</summary>
internal static class ConvolutionInputs
{
    public static void Check(ConvolutionShape shape, Tensor x, Tensor w, Tensor y)
    {
        foreach ((Tensor tensor, Shape needed, string what) in new[]
        {
            (x, new Shape(shape.Pixels, shape.Channels), "images"),
                (w, new Shape(shape.PatchLength, shape.Filters), "weights"),
                (y, new Shape(shape.OutPixels, shape.Filters), "results"),
        })
        {
            if (tensor.Shape != needed)
                throw new ArgumentException($"The convolution {shape} has {what} of {needed}: got {tensor}.");
        }
    }
}
