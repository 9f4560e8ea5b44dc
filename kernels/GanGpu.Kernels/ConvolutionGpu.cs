using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Convolutions (see <see cref="ConvolutionShape"/>) and their gradients on the GPU, as matrix products whose patches are not written
/// down but found by their index while tiles are loaded (Chetlur et al. 2014, cuDNN). Each overwrites its result.
/// </summary>
/// <param name="loader">The accelerator's kernels.</param>
/// <param name="precision">What the factors of large products are rounded to; other than single only on CUDA.</param>
/// <param name="scratch">Room for partial sums, of at least so many floats, that no other launch uses at the same time.</param>
/// <param name="choose">Another choice of kernel, to check each against the others.</param>
internal sealed class ConvolutionGpu(
    KernelLoader loader, MatrixPrecision precision, Func<int, ArrayView<float>> scratch, Func<GemmShape, GemmTier>? choose = null)
{
    private readonly ProductGpu products = new(loader);
    private readonly GpuLimits limits = GpuLimits.Of(loader.Accelerator);

    /// <summary>y = epilogue(conv(x, w)).</summary>
    public Action BindForward(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o)
    {
        bool quadTerms = o.Aligned && shape.Channels % 4 == 0;
        ProductOperands operands = o.Product(quadTerms && shape.Filters % 4 == 0, quadTerms);
        GemmTier tier = Tier(new(shape.OutPixels, shape.Filters, shape.PatchLength), phases: 1, operands);
        return products.Bind(stream, new ConvolutionProduct(shape, tier.Parts, o.Activation.Leak), tier, phases: 1, operands, Room(tier, o, shape.Filters));
    }

    /// <summary>dx = epilogue(convᵀ(dy, w)).</summary>
    public Action BindInputGradient(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o)
    {
        bool quadTerms = o.Aligned && shape.Filters % 4 == 0;
        ProductOperands operands = o.Product(quadTerms && shape.Channels % 4 == 0, quadTerms);
        int phases = shape.Stride * shape.Stride;
        GemmTier tier = Tier(new(PhaseIndex.Pixels(shape), shape.Channels, PhaseIndex.MostTerms(shape), TransposeB: true), phases, operands);
        return products.Bind(stream, new ConvolutionInputProduct(shape, tier.Parts, o.Activation.Leak), tier, phases, operands, Room(tier, o, shape.Channels));
    }

    /// <summary>dw = the gradient of the weights, with the column sums of dy or without.</summary>
    public Action BindWeightGradient(AcceleratorStream stream, ConvolutionShape shape, ConvolutionOperands o)
    {
        ProductOperands operands = o.Product(o.Aligned && shape.Channels % 4 == 0 && shape.Filters % 4 == 0, quadTerms: false);
        GemmTier tier = Tier(new(shape.PatchLength, shape.Filters, shape.OutPixels, TransposeA: true), phases: 1, operands);
        return products.Bind(stream, new ConvolutionWeightProduct(shape, tier.Parts), tier, phases: 1, operands, Room(tier, o, shape.Filters));
    }

    private GemmTier Tier(GemmShape shape, int phases, ProductOperands o) => choose?.Invoke(shape) ?? GemmTier.OfConvolution(shape, phases, o.Quads, limits, precision);

    private ArrayView<float> Room(GemmTier tier, ConvolutionOperands o, int columns) =>
        tier.Parts == 1 ? default : scratch(checked(tier.Parts * (o.C.IntLength + columns)));
}
