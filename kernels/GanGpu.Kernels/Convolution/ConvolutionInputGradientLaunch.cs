using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Convolution.ConvolutionChecks;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// dx = epilogue(convᵀ(dy, w)): the gradient of the input, and a transposed convolution. The epilogue is a bias, an
/// activation's gradient, or nothing.
/// </summary>
internal readonly struct ConvolutionInputGradientLaunch(
    ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue) : ILaunch
{
    private const string Operation = "ConvolutionInputGradient";

    public void Check()
    {
        Geometry(Operation, shape, dx, w, dy);
        Output(Operation, "dx", dx, shape.Pixels, shape.Channels, epilogue, ("dy", dy), ("w", w));
    }

    public Action Bind(IGpu gpu) =>
        ConvolutionGpu.Of(gpu)
            .BindInputGradient(gpu.Stream, shape, ConvolutionOperands.Of(gpu, dy, w, dx, epilogue));

    public Action Bind(IHost host) =>
        ConvolutionHost.InputGradient(host, shape, dy, w, dx, epilogue.OnHost(host));
}
