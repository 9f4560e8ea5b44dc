using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Matrix products C = epilogue(op(A) · op(B)) on the GPU, and pairs of them in one launch.
/// <see cref="GemmKernelChoice"/> chooses the kernel of each.
/// </summary>
/// <param name="loader">The accelerator's kernels.</param>
/// <param name="precision">What the factors of large products are rounded to; other than single only on CUDA.</param>
/// <param name="choose">Overrides the choice of kernel, so that tests can compare the kernels with each other.</param>
internal sealed class GemmGpu(
    KernelLoader loader, MatrixPrecision precision = MatrixPrecision.Float32,
    Func<GemmOperands, GemmKernelChoice>? choose = null)
{
    /// <summary>The products of a device.</summary>
    public static GemmGpu Of(IGpu gpu) => gpu.Kernels(static g => new GemmGpu(g.Loader, g.Precision));

    private readonly ProductGpu products = new(loader);
    private readonly GpuLimits limits = GpuLimits.Of(loader.Accelerator);

    public Action Bind(AcceleratorStream stream, GemmOperands o) => (o.Shape.TransposeA, o.Shape.TransposeB) switch
    {
        (false, false) => Bind<LayoutNN>(stream, o),
        (false, true) => Bind<LayoutNT>(stream, o),
        (true, false) => Bind<LayoutTN>(stream, o),
        (true, true) => Bind<LayoutTT>(stream, o),
    };

    /// <summary>Products of pairs of matrices that lie one behind the other.</summary>
    public Action BindGrouped(AcceleratorStream stream, int groups, GemmOperands o) =>
        (o.Shape.TransposeA, o.Shape.TransposeB) switch
        {
            (false, false) => BindGrouped<LayoutNN>(stream, groups, o),
            (false, true) => BindGrouped<LayoutNT>(stream, groups, o),
            (true, false) => BindGrouped<LayoutTN>(stream, groups, o),
            (true, true) => BindGrouped<LayoutTT>(stream, groups, o),
        };

    /// <summary>
    /// A weight gradient and an input gradient. They are one launch if small tiles compute both. Otherwise they are
    /// two: a product with large tiles fills the device by itself, and the cost of another launch is negligible.
    /// </summary>
    public Action BindPair(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
    {
        GemmKernelChoice first = Choose(weights), second = Choose(inputs);
        if (first.Tile != GemmSplitGpu.Tile || second.Tile != GemmSplitGpu.Tile)
            return Bind(stream, weights) + Bind(stream, inputs);
        return weights.Fusion == GemmFusion.ColumnSums ? BindPair<ColumnSumsEpilogue>(stream, weights, inputs)
            : BindPair<PlainEpilogue>(stream, weights, inputs);
    }

    private Action BindPair<TWeights>(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
        where TWeights : unmanaged, IWeightEpilogue =>
        inputs.Fusion == GemmFusion.None ? BindPair<TWeights, PlainEpilogue>(stream, weights, inputs)
            : inputs.Activation.Kind switch
            {
                ActivationKind.Identity => BindPair<TWeights, PlainEpilogue>(stream, weights, inputs),
                ActivationKind.LeakyRelu =>
                    BindPair<TWeights, ActivationGradientEpilogue<LeakyReluActivation>>(stream, weights, inputs),
                ActivationKind.Relu =>
                    BindPair<TWeights, ActivationGradientEpilogue<ReluActivation>>(stream, weights, inputs),
                ActivationKind.Tanh =>
                    BindPair<TWeights, ActivationGradientEpilogue<TanhActivation>>(stream, weights, inputs),
                ActivationKind.Sigmoid =>
                    BindPair<TWeights, ActivationGradientEpilogue<SigmoidActivation>>(stream, weights, inputs),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(inputs), inputs.Activation.Kind, "This activation has no kernel."),
            };

    private Action BindPair<TWeights, TInputs>(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue =>
        weights.Vectorized && inputs.Vectorized ? BindPair<TWeights, TInputs, Float4Loads>(stream, weights, inputs)
            : BindPair<TWeights, TInputs, ScalarLoads>(stream, weights, inputs);

    private Action BindPair<TWeights, TInputs, TLoads>(
        AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue
        where TLoads : unmanaged, IGemmLoads
    {
        // The smaller number of K slices of the two: the other product's K may be short.
        int kSlices = Math.Min(Choose(weights).KSlices, Choose(inputs).KSlices);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, GemmPairGpu.Constants, GemmPairGpu.Views,
            GemmPairGpu.Views>>(
            kSlices switch
            {
                1 => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, KSlices1>,
                2 => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, KSlices2>,
                4 => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, KSlices4>,
                _ => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, KSlices8>,
            },
            GemmSplitGpu.ThreadsPerSlice * kSlices);
        int tiles = checked((int)GemmKernelChoice.Tiles(weights.Shape.M, weights.Shape.N, GemmSplitGpu.Tile)),
            others = checked((int)GemmKernelChoice.Tiles(inputs.Shape.M, inputs.Shape.N, GemmSplitGpu.Tile));
        GemmPairGpu.Constants constants = new()
        {
            Weights = new(weights.Shape, 0f),
            Inputs = new(inputs.Shape, inputs.Activation.Leak),
            WeightTiles = tiles,
        };
        KernelConfig config = new(checked(tiles + others), GemmSplitGpu.ThreadsPerSlice * kSlices);
        GemmPairGpu.Views ofWeights = GemmPairGpu.Views.Of(weights), ofInputs = GemmPairGpu.Views.Of(inputs);
        return () => launch(stream, config, constants, ofWeights, ofInputs);
    }

    private Action Bind<TLayout>(AcceleratorStream stream, GemmOperands o)
        where TLayout : unmanaged, IGemmLayout =>
        products.Bind(stream, new MatrixProduct<TLayout>(o.Shape, o.Activation.Leak), Choose(o), phases: 1, o.Product);

    private Action BindGrouped<TLayout>(AcceleratorStream stream, int groups, GemmOperands o)
        where TLayout : unmanaged, IGemmLayout
    {
        // Many small products fill the device without K being divided among groups of threads.
        GemmKernelChoice choice = GemmKernelChoice.OfConvolution(
            o.Shape, checked(groups * loader.RowsFactor), o.Vectorized, limits, precision) with
        { SplitK = 1 };
        return products.Bind(stream, new GroupedProduct<TLayout>(o.Shape), choice, groups, o.Product);
    }

    private GemmKernelChoice Choose(GemmOperands o) =>
        choose?.Invoke(o)
        ?? GemmKernelChoice.Of(
            o.Shape with { M = checked(o.Shape.M * loader.RowsFactor) }, o.Vectorized, limits, precision);
}
