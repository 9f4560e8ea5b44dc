using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Backends;

/// <summary>Convolutions and their gradients.</summary>
internal sealed partial class IlgpuBackend
{
    private ConvolutionGpu Convolutions => field ??= new(loader, precision, Scratch);

    public Action Convolution(ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue)
    {
        LaunchArguments.Convolution(shape, x, w, y, epilogue);
        return Convolutions.BindForward(Stream, shape, Operands(x, w, y, epilogue));
    }

    public Action ConvolutionInputGradient(ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionInputGradient(shape, dy, w, dx, epilogue);
        return Convolutions.BindInputGradient(Stream, shape, Operands(dy, w, dx, epilogue));
    }

    public Action ConvolutionWeightGradient(ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionWeightGradient(shape, x, dy, dw, epilogue);
        return Convolutions.BindWeightGradient(Stream, shape, Operands(x, dy, dw, epilogue));
    }

    private ConvolutionOperands Operands(Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        (GemmFusion fusion, Slice<float> operand) = Fusion(epilogue, c);
        return new(View(a), View(b), View(c), fusion, epilogue.Activation, View(operand), Aligned(a, b, c, operand));
    }
}
