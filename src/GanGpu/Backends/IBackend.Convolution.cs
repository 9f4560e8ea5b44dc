using GanGpu.Kernels.Convolution;

namespace GanGpu.Backends;

/// <summary>Convolutions and their gradients; see <see cref="ConvolutionShape"/>.</summary>
internal partial interface IBackend
{
    /// <summary>y = epilogue(conv(x, w)), with a bias or an activation's gradient or neither.</summary>
    Action Convolution(ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue);

    /// <summary>
    /// dx = epilogue(convᵀ(dy, w)), with a bias or an activation's gradient or neither: the gradient of the input, and a transposed
    /// convolution.
    /// </summary>
    Action ConvolutionInputGradient(ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue);

    /// <summary>dw = the gradient of the weights, with the column sums of dy or without.</summary>
    Action ConvolutionWeightGradient(ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue);
}
