using GanGpu.Kernels.Convolution;

namespace GanGpu.Backends;

/// <summary>Convolutions and their gradients.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action Convolution(ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue)
    {
        LaunchArguments.Convolution(shape, x, w, y, epilogue);
        return ConvolutionHost.Forward(team, shape, Address(x), Address(w), Address(y), Bound(epilogue), Scratch(ConvolutionHost.PanelsLength(shape)));
    }

    public Action ConvolutionInputGradient(ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionInputGradient(shape, dy, w, dx, epilogue);
        return ConvolutionHost.InputGradient(team, shape, Address(dy), Address(w), Address(dx), Bound(epilogue), Scratch(ConvolutionHost.ScratchLength(shape, team.Threads)));
    }

    public Action ConvolutionWeightGradient(ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionWeightGradient(shape, x, dy, dw, epilogue);
        return ConvolutionHost.WeightGradient(team, shape, Address(x), Address(dy), Address(dw), Bound(epilogue), Scratch(ConvolutionHost.PaddedLength(shape)));
    }
}
