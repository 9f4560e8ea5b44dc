using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using ILGPU;

namespace GanGpu.Kernels.Convolution;

/// <summary>The views of a convolution or of one of its gradients, ready to be given to a kernel.</summary>
/// <param name="A">x; for the input's gradient, the gradient of y.</param>
/// <param name="B">The weights; for the weights' gradient, the gradient of y.</param>
/// <param name="C">The result, overwritten.</param>
/// <param name="Fusion">What is fused: a bias or an activation's gradient; for the weights' gradient, column
/// sums.</param>
/// <param name="Activation">f, if the fusion has one.</param>
/// <param name="Operand">As in <see cref="GemmOperands"/>.</param>
/// <param name="Aligned">All views begin at multiples of 16 bytes.</param>
internal readonly record struct ConvolutionOperands(
    ArrayView<float> A, ArrayView<float> B, ArrayView<float> C, GemmFusion Fusion, Activation Activation,
    ArrayView<float> Operand, bool Aligned)
{
    /// <summary>The views of a launch.</summary>
    public static ConvolutionOperands Of(
        IGpu gpu, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue)
    {
        (GemmFusion fusion, Slice<float> operand) = epilogue.Fused(c);
        return new(
            gpu.View(a), gpu.View(b), gpu.View(c), fusion, epilogue.Activation, gpu.View(operand),
            GemmOperands.AreAligned(a, b, c, operand));
    }
}
