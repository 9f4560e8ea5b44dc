using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Launches of products on the GPU: specialises the kernel that a <see cref="GemmKernelChoice"/> names for the product
/// and its epilogue. The kernels are <see cref="GemmSplitGpu"/>, <see cref="GemmLargeGpu"/>,
/// <see cref="GemmTensorCoreGpu"/> and <see cref="ProductElementsGpu"/>. If groups divide K among them,
/// <see cref="SplitKReduceGpu"/> adds their partial sums.
/// </summary>
internal sealed class ProductGpu(KernelLoader loader)
{
    private delegate void Launcher<TProduct>(
        AcceleratorStream stream, KernelConfig config, TProduct product, ArrayView<float> a, ArrayView<float> b,
        ArrayView<float> c, ArrayView<float> operand);

    private delegate void SplitKReduceLauncher(
        AcceleratorStream stream, KernelConfig config, SplitKReduceGpu.Constants constants, ArrayView<float> partials,
        ArrayView<float> c, ArrayView<float> operand);

    /// <summary>Binds a product.</summary>
    /// <param name="stream">The stream to which the product is issued.</param>
    /// <param name="product">The product, with K divided as the choice says.</param>
    /// <param name="choice">The kernel and its parameters.</param>
    /// <param name="phases">Slices of the product for each range of K.</param>
    /// <param name="o">The operands.</param>
    /// <param name="scratch">Memory for the partial sums of C, followed by those of the column sums.</param>
    public Action Bind<TProduct>(
        AcceleratorStream stream, TProduct product, GemmKernelChoice choice, int phases, ProductOperands o,
        ArrayView<float> scratch = default)
        where TProduct : unmanaged, IGemmProduct<TProduct> => (o.Fusion, o.Activation.Kind) switch
        {
            (GemmFusion.None, _) => Bind<TProduct, PlainEpilogue>(stream, product, choice, phases, o, scratch),
            (GemmFusion.ColumnSums, _) =>
                Bind<TProduct, ColumnSumsEpilogue>(stream, product, choice, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Identity) =>
                Bind<TProduct, BiasEpilogue<IdentityActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.LeakyRelu) =>
                Bind<TProduct, BiasEpilogue<LeakyReluActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Relu) =>
                Bind<TProduct, BiasEpilogue<ReluActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Tanh) =>
                Bind<TProduct, BiasEpilogue<TanhActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.Bias, ActivationKind.Sigmoid) =>
                Bind<TProduct, BiasEpilogue<SigmoidActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Identity) =>
                Bind<TProduct, PlainEpilogue>(stream, product, choice, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.LeakyRelu) =>
                Bind<TProduct, ActivationGradientEpilogue<LeakyReluActivation>>(
                    stream, product, choice, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Relu) =>
                Bind<TProduct, ActivationGradientEpilogue<ReluActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Tanh) =>
                Bind<TProduct, ActivationGradientEpilogue<TanhActivation>>(stream, product, choice, phases, o, scratch),
            (GemmFusion.ActivationGradient, ActivationKind.Sigmoid) =>
                Bind<TProduct, ActivationGradientEpilogue<SigmoidActivation>>(
                    stream, product, choice, phases, o, scratch),
            _ => throw new ArgumentOutOfRangeException(nameof(o), o.Activation.Kind, "This activation has no kernel."),
        };

    private Action Bind<TProduct, TEpilogue>(
        AcceleratorStream stream, TProduct product, GemmKernelChoice choice, int phases, ProductOperands o,
        ArrayView<float> scratch)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (choice.SplitK == 1)
            return BindKernel<TProduct, TEpilogue>(stream, product, choice, phases, o);

        int length = o.C.IntLength, columns = product.Columns;
        ProductOperands partials = o with { C = scratch, Operand = scratch.SubView(choice.SplitK * length) };
        Action sums = default(TEpilogue).SumsColumns
            ? BindKernel<TProduct, ColumnSumsEpilogue>(stream, product, choice, phases * choice.SplitK, partials)
            : BindKernel<TProduct, PlainEpilogue>(stream, product, choice, phases * choice.SplitK, partials);
        SplitKReduceLauncher launch = loader.Load<SplitKReduceLauncher>(SplitKReduceGpu.SplitKReduceKernel<TEpilogue>);
        SplitKReduceGpu.Constants constants = new()
        {
            Length = length,
            Columns = columns,
            SplitK = choice.SplitK,
            Leak = product.Leak,
        };
        KernelConfig config = loader.PerElement(Math.Max(length, columns));
        return sums + (() => launch(stream, config, constants, scratch, o.C, o.Operand));
    }

    private Action BindKernel<TProduct, TEpilogue>(
        AcceleratorStream stream, TProduct product, GemmKernelChoice choice, int slices, ProductOperands o)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        bool elements = choice.Tile == 1;
        Launcher<TProduct> launch = loader.Load<Launcher<TProduct>>(choice switch
        {
            { Tile: 1 } when o.VectorizedK =>
                ProductElementsGpu.ProductElementsKernel<TProduct, TEpilogue, Float4Loads>,
            { Tile: 1 } => ProductElementsGpu.ProductElementsKernel<TProduct, TEpilogue, ScalarLoads>,
            { Precision: MatrixPrecision.Tf32 } => TensorCore<TProduct, TEpilogue, Tf32Precision>(choice.Tile),
            { Precision: MatrixPrecision.BFloat16 } => TensorCore<TProduct, TEpilogue, BFloat16Precision>(choice.Tile),
            { Tile: 128 } => GemmLargeGpu.GemmLargeKernel<TProduct, TEpilogue, Tile128>,
            { Tile: 64 } => GemmLargeGpu.GemmLargeKernel<TProduct, TEpilogue, Tile64>,
            _ when o.Vectorized => Split<TProduct, TEpilogue, Float4Loads>(choice.KSlices),
            _ => Split<TProduct, TEpilogue, ScalarLoads>(choice.KSlices),
        }, elements ? loader.ElementwiseGroup : choice.Threads);
        int threads = elements ? loader.ElementwiseGroup : choice.Threads;
        long groups = elements ? loader.PerElement(checked(product.Rows * product.Columns)).GridDim.X
            : GemmKernelChoice.Tiles(product.Rows, product.Columns, choice.Tile);
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
        ArrayView<float>> Split<TProduct, TEpilogue, TLoads>(int kSlices)
        where TProduct : unmanaged, IGemmProduct<TProduct>
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads => kSlices switch
        {
            1 => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, KSlices1>,
            2 => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, KSlices2>,
            4 => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, KSlices4>,
            _ => GemmSplitGpu.GemmSplitKernel<TProduct, TEpilogue, TLoads, KSlices8>,
        };
}
