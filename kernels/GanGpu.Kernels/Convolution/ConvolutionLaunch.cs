using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Convolution.ConvolutionChecks;

namespace GanGpu.Kernels.Convolution;

/// <summary>y = epilogue(conv(x, w)). The epilogue is a bias, an activation's gradient, or nothing.</summary>
internal readonly struct ConvolutionLaunch(
    ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue) : ILaunch
{
    private const string Operation = "Convolution";

    public void Check()
    {
        Geometry(Operation, shape, x, w, y);
        Output(Operation, "y", y, shape.OutPixels, shape.Filters, epilogue, ("x", x), ("w", w));
    }

    public Action Bind(IGpu gpu) =>
        ConvolutionGpu.Of(gpu)
            .BindForward(gpu.Stream, shape, ConvolutionOperands.Of(gpu, x, w, y, epilogue));

    public Action Bind(IHost host) =>
        ConvolutionHost.Forward(host, shape, x, w, y, epilogue.OnHost(host));
}
