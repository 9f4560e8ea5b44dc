using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Launches of products on the GPU: closes the kernel that a <see cref="GemmTier"/> names over the product and what is
/// fused behind it. The kernels are in <see cref="GemmSplitGpu"/>, <see cref="GemmLargeGpu"/>,
/// <see cref="GemmTensorCoreGpu"/> and
/// <see cref="ProductElementsGpu"/>; where groups share the terms, <see cref="ProductPartsGpu"/> adds up what they
/// leave.
/// </summary>
internal sealed class ProductGpu(KernelLoader loader)
{
    private delegate void Launcher<TProduct>(
        AcceleratorStream stream, KernelConfig config, TProduct product, ArrayView<float> a, ArrayView<float> b,
        ArrayView<float> c, ArrayView<float> operand);

    private delegate void PartsLauncher(
        AcceleratorStream stream, KernelConfig config, ProductPartsGpu.Constants constants, ArrayView<float> parts,
        ArrayView<float> c, ArrayView<float> operand);

    /// <summary>Binds a product.</summary>
    /// <param name="stream">What it is issued to.</param>
    /// <param name="product">The product, with as many parts of its terms as the tier says.</param>
    /// <param name="tier">The kernel.</param>
    /// <param name="phases">Slices of the product for each part of its terms.</param>
    /// <param name="o">The operands.</param>
    /// <param name="scratch">Room for the parts of C, and of the column sums behind them.</param>
    public Action Bind<TProduct>(
        AcceleratorStream stream, TProduct product, GemmTier tier, int phases, ProductOperands o,
        ArrayView<float> scratch = default)
        where TProduct : unmanaged, IGemmProduct<TProduct> => (o.Fusion, o.Activation.Kind) switch
        {
            (GemmFusion.None, _) => Bind<TProduct, PlainEpilogue>(stream, product, tier, phases, o, scratch),
            (GemmFusion.ColumnSums, _) => Bind<TProduct, ColumnSumsEpilogue>(stream, product, tier, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Identity) =>
                Bind<TProduct, BiasEpilogue<IdentityActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.LeakyRelu) =>
                Bind<TProduct, BiasEpilogue<LeakyReluActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Relu) =>
                Bind<TProduct, BiasEpilogue<ReluActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Tanh) =>
                Bind<TProduct, BiasEpilogue<TanhActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Sigmoid) =>
                Bind<TProduct, BiasEpilogue<SigmoidActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Identity) =>
                Bind<TProduct, PlainEpilogue>(stream, product, tier, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.LeakyRelu) =>
                Bind<TProduct, ActivationGradientEpilogue<LeakyReluActivation>>(
                    stream, product, tier, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Relu) =>
                Bind<TProduct, ActivationGradientEpilogue<ReluActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Tanh) =>
                Bind<TProduct, ActivationGradientEpilogue<TanhActivation>>(stream, product, tier, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Sigmoid) =>
                Bind<TProduct, ActivationGradientEpilogue<SigmoidActivation>>(
                    stream, product, tier, phases, o, scratch),
            _ => throw new ArgumentOutOfRangeException(nameof(o), o.Activation.Kind, "This activation has no kernel."),
        };

    private Action Bind<TProduct, TEpilogue>(
        AcceleratorStream stream, TProduct product, GemmTier tier, int phases, ProductOperands o,
        ArrayView<float> scratch)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (tier.Parts == 1)
            return BindTier<TProduct, TEpilogue>(stream, product, tier, phases, o);

        int length = o.C.IntLength, columns = product.Columns;
        ProductOperands parts = o with { C = scratch, Operand = scratch.SubView(tier.Parts * length) };
        Action sums = default(TEpilogue).SumsColumns
            ? BindTier<TProduct, ColumnSumsEpilogue>(stream, product, tier, phases * tier.Parts, parts)
            : BindTier<TProduct, PlainEpilogue>(stream, product, tier, phases * tier.Parts, parts);
        PartsLauncher launch = loader.Load<PartsLauncher>(ProductPartsGpu.ProductPartsKernel<TEpilogue>);
        ProductPartsGpu.Constants constants = new()
        {
            Length = length,
            Columns = columns,
            Parts = tier.Parts,
            Leak = product.Leak,
        };
        KernelConfig config = loader.PerElement(Math.Max(length, columns));
        return sums + (() => launch(stream, config, constants, scratch, o.C, o.Operand));
    }

    private Action BindTier<TProduct, TEpilogue>(
        AcceleratorStream stream, TProduct product, GemmTier tier, int slices, ProductOperands o)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        bool elements = tier.Tile == 1;
        Launcher<TProduct> launch = loader.Load<Launcher<TProduct>>(tier switch
        {
            { Tile: 1 } when o.QuadTerms => ProductElementsGpu.ProductElementsKernel<TProduct, TEpilogue, QuadLoads>,
            { Tile: 1 } => ProductElementsGpu.ProductElementsKernel<TProduct, TEpilogue, ScalarLoads>,
            { Precision: MatrixPrecision.Tf32 } => TensorCore<TProduct, TEpilogue, Tf32Precision>(tier.Tile),
            { Precision: MatrixPrecision.BFloat16 } => TensorCore<TProduct, TEpilogue, BFloat16Precision>(tier.Tile),
            { Tile: 128 } => GemmLargeGpu.GemmLargeKernel<TProduct, TEpilogue, Tile128>,
            { Tile: 64 } => GemmLargeGpu.GemmLargeKernel<TProduct, TEpilogue, Tile64>,
            _ when o.Quads => Split<TProduct, TEpilogue, QuadLoads>(tier.Teams),
            _ => Split<TProduct, TEpilogue, ScalarLoads>(tier.Teams),
        }, elements ? loader.ElementwiseGroup : tier.Threads);
        int threads = elements ? loader.ElementwiseGroup : tier.Threads;
        long groups = elements ? loader.PerElement(checked(product.Rows * product.Columns)).GridDim.X
            : GemmTier.Tiles(product.Rows, product.Columns, tier.Tile);
        KernelConfig config = new(new Index3D(checked((int)groups), slices, 1), new Index3D(threads, 1, 1));
        return () => launch(stream, config, product, o.A, o.B, o.C, o.Operand);
    }

    private static Action<TProduct, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>> TensorCore<TProduct, TEpilogue, TPrecision>(int tile)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TPrecision : unmanaged, ITensorPrecision => tile == 128
            ? GemmTensorCoreGpu.GemmTensorCoreKernel<TProduct, TEpilogue, TPrecision, TensorTile128>
            : GemmTensorCoreGpu.GemmTensorCoreKernel<TProduct, TEpilogue, TPrecision, TensorTile64>;

    private static Action<TProduct, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>> Split<TProduct, TEpilogue, TLoads>(int teams)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads => teams switch
        {
            1 => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, OneTeam>,
            2 => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, TwoTeams>,
            4 => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, FourTeams>,
            _ => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, EightTeams>,
        };
}
