using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// Convolutions (see <see cref="ConvolutionShape"/>) and their gradients on the GPU as implicit matrix products: the
/// patches are never written to memory, their elements are found by index while tiles are loaded (Chetlur et al. 2014,
/// cuDNN). Each overwrites its result.
/// </summary>
/// <param name="loader">The accelerator's kernels.</param>
/// <param name="precision">The precision to which the factors of large products are rounded; other than single only on
/// CUDA.</param>
/// <param name="scratch">Gives memory for partial sums, of at least this many floats, that no other launch uses at the
/// same time.</param>
/// <param name="choose">Overrides the choice of kernel, so that tests can compare the kernels with each other.</param>
internal sealed class ConvolutionGpu(
    KernelLoader loader, MatrixPrecision precision, Func<int, ArrayView<float>> scratch,
    Func<GemmShape, GemmKernelChoice>? choose = null)
{
    /// <summary>The convolutions of a device.</summary>
    public static ConvolutionGpu Of(IGpu gpu) =>
        gpu.Kernels(static g => new ConvolutionGpu(g.Loader, g.Precision, g.Scratch));

    private readonly ProductGpu products = new(loader);
    private readonly GpuLimits limits = GpuLimits.Of(loader.Accelerator);

    /// <summary>y = epilogue(conv(x, w)).</summary>
    public Action BindForward(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o) => Bind(
        stream, shape, new ForwardIndex(shape), new(shape.OutPixels, shape.Filters, shape.PatchLength), phases: 1,
        rowsOfC: shape.OutPixels, vectorizedK: shape.Channels % 4 == 0, o);

    /// <summary>dx = epilogue(convᵀ(dy, w)).</summary>
    public Action BindInputGradient(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o) => Bind(
        stream, shape, new InputGradientIndex(shape),
        new(InputGradientIndex.Pixels(shape), shape.Channels, InputGradientIndex.MaxK(shape),
                TransposeB: true),
        phases: shape.Stride * shape.Stride, rowsOfC: shape.Pixels, vectorizedK: shape.Filters % 4 == 0, o);

    /// <summary>dw = the gradient of the weights, with or without the column sums of dy.</summary>
    public Action BindWeightGradient(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o) => Bind(
        stream, shape, new WeightGradientIndex(shape),
        new(shape.PatchLength, shape.Filters, shape.OutPixels, TransposeA: true), phases: 1,
            rowsOfC: shape.PatchLength, vectorizedK: false, o);

    private Action Bind<TIndex>(
        AcceleratorStream stream, ConvolutionShape shape, TIndex index, GemmShape phase, int phases, int rowsOfC,
        bool vectorizedK, ConvolutionOperands o)
        where TIndex : unmanaged, IConvolutionIndex<TIndex>
    {
        bool vectorized = o.Aligned && shape.Channels % 4 == 0 && shape.Filters % 4 == 0;
        GemmKernelChoice choice = choose?.Invoke(phase)
            ?? GemmKernelChoice.OfConvolution(
                phase with { M = checked(phase.M * loader.RowsFactor) }, phases, vectorized, limits, precision);
        ConvolutionProduct<TIndex> product = new(index, phase.M, phase.N, rowsOfC, choice.SplitK, o.Activation.Leak);
        ArrayView<float> partials = choice.SplitK == 1
            ? default : scratch(checked(choice.SplitK * (o.C.IntLength + phase.N)));
        return products.Bind(
            stream, product, choice, phases,
            new(o.A, o.B, o.C, o.Fusion, o.Activation, o.Operand, vectorized, o.Aligned && vectorizedK), partials);
    }
}
