using GanGpu.Graph;
using GanGpu.Kernels.Convolution;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>One of the three products of a convolution.</summary>
internal enum ConvolutionPass
{
    /// <summary>From x and w to y.</summary>
    Forward,

    /// <summary>From dy and w to dx.</summary>
    InputGradient,

    /// <summary>From x and dy to dw.</summary>
    WeightGradient,
}

/// <summary>A convolution or one of its gradients with a fused epilogue.</summary>
internal sealed class FusedConvolution(
    ConvolutionPass pass, ConvolutionShape shape, Tensor a, Tensor b, Tensor c, ProductEpilogue epilogue)
    : FusedProduct(c, epilogue)
{
    public ConvolutionShape Shape { get; } = shape;

    public ConvolutionPass Pass { get; } = pass;

    public override IReadOnlyList<Tensor> Inputs => [a, b, .. Epilogue.Inputs];

    public override IReadOnlyList<Tensor> Outputs => [C, .. Epilogue.Outputs];

    public override LaunchCost Cost => new(
        Pass == ConvolutionPass.Forward ? "Convolution"
            : $"Convolution{Pass}", Shape.ToString(), Epilogue.ToString(), Shape.Flops, Bytes);

    public override Tensor? SummedGradient => Pass == ConvolutionPass.WeightGradient ? b : null;

    public override bool HasRows => Pass != ConvolutionPass.WeightGradient;

    public override FusedProduct With(Tensor c, ProductEpilogue epilogue) =>
        new FusedConvolution(Pass, Shape, a, b, c, epilogue);

    public override Action Bind(PlanBinding binding) => Pass switch
    {
        ConvolutionPass.Forward =>
            binding.Backend.Bind(
                new ConvolutionLaunch(Shape, binding[a], binding[b], binding[C], Epilogue.On(binding))),
        ConvolutionPass.InputGradient =>
            binding.Backend.Bind(
                new ConvolutionInputGradientLaunch(Shape, binding[a], binding[b], binding[C], Epilogue.On(binding))),
        _ => binding.Backend.Bind(
            new ConvolutionWeightGradientLaunch(Shape, binding[a], binding[b], binding[C], Epilogue.On(binding))),
    };
}
