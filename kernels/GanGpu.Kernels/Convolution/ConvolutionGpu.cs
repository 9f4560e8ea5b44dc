using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// Convolutions (see <see cref="ConvolutionShape"/>) and their gradients on the GPU, as matrix products whose patches
/// are not written down but found by their index while tiles are loaded (Chetlur et al. 2014, cuDNN). Each overwrites
/// its result.
/// </summary>
/// <param name="loader">The accelerator's kernels.</param>
/// <param name="precision">What the factors of large products are rounded to; other than single only on CUDA.</param>
/// <param name="scratch">Room for partial sums, of at least so many floats, that no other launch uses at the same
/// time.</param>
/// <param name="choose">Another choice of kernel, to check each against the others.</param>
internal sealed class ConvolutionGpu(
    KernelLoader loader, MatrixPrecision precision, Func<int, ArrayView<float>> scratch,
    Func<GemmShape, GemmTier>? choose = null)
{
    /// <summary>Those of a device.</summary>
    public static ConvolutionGpu Of(IGpu gpu) =>
        gpu.Kernels(static g => new ConvolutionGpu(g.Loader, g.Precision, g.Scratch));

    private readonly ProductGpu products = new(loader);
    private readonly GpuLimits limits = GpuLimits.Of(loader.Accelerator);

    /// <summary>y = epilogue(conv(x, w)).</summary>
    public Action BindForward(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o) => Bind(
        stream, shape, new ForwardIndex(shape), new(shape.OutPixels, shape.Filters, shape.PatchLength), phases: 1,
        rowsOfC: shape.OutPixels, quadTerms: shape.Channels % 4 == 0, o);

    /// <summary>dx = epilogue(convᵀ(dy, w)).</summary>
    public Action BindInputGradient(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o) => Bind(
        stream, shape, new InputGradientIndex(shape),
        new(InputGradientIndex.Pixels(shape), shape.Channels, InputGradientIndex.MostTerms(shape),
                TransposeB: true),
        phases: shape.Stride * shape.Stride, rowsOfC: shape.Pixels, quadTerms: shape.Filters % 4 == 0, o);

    /// <summary>dw = the gradient of the weights, with the column sums of dy or without.</summary>
    public Action BindWeightGradient(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o) => Bind(
        stream, shape, new WeightGradientIndex(shape),
        new(shape.PatchLength, shape.Filters, shape.OutPixels, TransposeA: true), phases: 1,
            rowsOfC: shape.PatchLength, quadTerms: false, o);

    private Action Bind<TIndex>(
        AcceleratorStream stream, ConvolutionShape shape, TIndex index, GemmShape phase, int phases, int rowsOfC,
        bool quadTerms, ConvolutionOperands o)
        where TIndex : unmanaged, IConvolutionIndex<TIndex>
    {
        bool quads = o.Aligned && shape.Channels % 4 == 0 && shape.Filters % 4 == 0;
        GemmTier tier = choose?.Invoke(phase)
            ?? GemmTier.OfConvolution(
                phase with { M = checked(phase.M * loader.RowsFactor) }, phases, quads, limits, precision);
        ConvolutionProduct<TIndex> product = new(index, phase.M, phase.N, rowsOfC, tier.Parts, o.Activation.Leak);
        ArrayView<float> room = tier.Parts == 1 ? default : scratch(checked(tier.Parts * (o.C.IntLength + phase.N)));
        return products.Bind(
            stream, product, tier, phases,
            new(o.A, o.B, o.C, o.Fusion, o.Activation, o.Operand, quads, o.Aligned && quadTerms), room);
    }
}
