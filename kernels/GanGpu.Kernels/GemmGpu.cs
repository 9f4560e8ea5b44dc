using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Matrix products C = epilogue(op(A) · op(B)) on the GPU: closes the kernel that <see cref="GemmTier"/> names over the layout
/// and what is fused behind the product. The kernels are in <see cref="GemmSplitGpu"/> and <see cref="GemmLargeGpu"/>.
/// </summary>
/// <param name="loader">The accelerator's kernels.</param>
/// <param name="precision">What the factors of large products are rounded to; other than single only on CUDA.</param>
/// <param name="choose">Another choice of kernel, to check each against the others; a tile of 1 is the plain kernel.</param>
internal sealed class GemmGpu(KernelLoader loader, MatrixPrecision precision = MatrixPrecision.Float32, Func<GemmOperands, GemmTier>? choose = null)
{
    private readonly GpuLimits limits = GpuLimits.Of(loader.Accelerator);

    /// <summary>The plain kernel of <see cref="GemmNaiveGpu"/>.</summary>
    public static readonly GemmTier Naive = new(1, 1);

    private delegate void GemmLauncher(
        AcceleratorStream stream, KernelConfig config, GemmScalars g, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand);

    public Action Bind(AcceleratorStream stream, GemmOperands o) => (o.Fusion, o.Activation.Kind) switch
    {
        (GemmFusion.None, _) => BindLayout<PlainEpilogue>(stream, o),
        (GemmFusion.ColumnSums, _) => BindLayout<ColumnSumsEpilogue>(stream, o),
        (GemmFusion.Bias, ActivationKind.Identity) => BindLayout<BiasEpilogue<IdentityActivation>>(stream, o),
        (GemmFusion.Bias, ActivationKind.LeakyRelu) => BindLayout<BiasEpilogue<LeakyReluActivation>>(stream, o),
        (GemmFusion.Bias, ActivationKind.Relu) => BindLayout<BiasEpilogue<ReluActivation>>(stream, o),
        (GemmFusion.Bias, ActivationKind.Tanh) => BindLayout<BiasEpilogue<TanhActivation>>(stream, o),
        (GemmFusion.Bias, ActivationKind.Sigmoid) => BindLayout<BiasEpilogue<SigmoidActivation>>(stream, o),
        (GemmFusion.ActivationGradient, ActivationKind.Identity) => BindLayout<PlainEpilogue>(stream, o),
        (GemmFusion.ActivationGradient, ActivationKind.LeakyRelu) => BindLayout<ActivationGradientEpilogue<LeakyReluActivation>>(stream, o),
        (GemmFusion.ActivationGradient, ActivationKind.Relu) => BindLayout<ActivationGradientEpilogue<ReluActivation>>(stream, o),
        (GemmFusion.ActivationGradient, ActivationKind.Tanh) => BindLayout<ActivationGradientEpilogue<TanhActivation>>(stream, o),
        (GemmFusion.ActivationGradient, ActivationKind.Sigmoid) => BindLayout<ActivationGradientEpilogue<SigmoidActivation>>(stream, o),
        _ => throw new ArgumentOutOfRangeException(nameof(o), o.Activation.Kind, "This activation has no kernel."),
    };

    /// <summary>
    /// A weight gradient and an input gradient: one launch where both are made by small tiles, two where one of them fills
    /// the device alone, and a launch more or less does not count.
    /// </summary>
    public Action BindPair(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
    {
        GemmTier first = Tier(weights), second = Tier(inputs);
        if (first.Tile != GemmSplitGpu.Tile || second.Tile != GemmSplitGpu.Tile)
            return Bind(stream, weights) + Bind(stream, inputs);
        return weights.Fusion == GemmFusion.ColumnSums ? BindPair<ColumnSumsEpilogue>(stream, weights, inputs) : BindPair<PlainEpilogue>(stream, weights, inputs);
    }

    private Action BindPair<TWeights>(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
        where TWeights : unmanaged, IWeightEpilogue =>
        inputs.Fusion == GemmFusion.None ? BindPair<TWeights, PlainEpilogue>(stream, weights, inputs) : inputs.Activation.Kind switch
        {
            ActivationKind.Identity => BindPair<TWeights, PlainEpilogue>(stream, weights, inputs),
            ActivationKind.LeakyRelu => BindPair<TWeights, ActivationGradientEpilogue<LeakyReluActivation>>(stream, weights, inputs),
            ActivationKind.Relu => BindPair<TWeights, ActivationGradientEpilogue<ReluActivation>>(stream, weights, inputs),
            ActivationKind.Tanh => BindPair<TWeights, ActivationGradientEpilogue<TanhActivation>>(stream, weights, inputs),
            ActivationKind.Sigmoid => BindPair<TWeights, ActivationGradientEpilogue<SigmoidActivation>>(stream, weights, inputs),
            _ => throw new ArgumentOutOfRangeException(nameof(inputs), inputs.Activation.Kind, "This activation has no kernel."),
        };

    private Action BindPair<TWeights, TInputs>(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue =>
        weights.Quads && inputs.Quads ? BindPair<TWeights, TInputs, QuadLoads>(stream, weights, inputs) : BindPair<TWeights, TInputs, ScalarLoads>(stream, weights, inputs);

    private Action BindPair<TWeights, TInputs, TLoads>(AcceleratorStream stream, GemmOperands weights, GemmOperands inputs)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue
        where TLoads : unmanaged, IGemmLoads
    {
        // The teams of the one that asks for fewer: the other's sums may be short.
        int teams = Math.Min(Tier(weights).Teams, Tier(inputs).Teams);
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, GemmPairGpu.Constants, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(
            teams switch
            {
                1 => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, OneTeam>,
                2 => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, TwoTeams>,
                4 => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, FourTeams>,
                _ => GemmPairGpu.GemmPairKernel<TWeights, TInputs, TLoads, EightTeams>,
            },
            GemmSplitGpu.TeamSize * teams);
        int tiles = checked((int)GemmTier.Tiles(weights.Shape, GemmSplitGpu.Tile)), others = checked((int)GemmTier.Tiles(inputs.Shape, GemmSplitGpu.Tile));
        GemmPairGpu.Constants constants = new()
        {
            Weights = GemmScalars.Of(weights.Shape, 0f),
            Inputs = GemmScalars.Of(inputs.Shape, inputs.Activation.Leak),
            WeightTiles = tiles,
        };
        KernelConfig config = new(checked(tiles + others), GemmSplitGpu.TeamSize * teams);
        return () => launch(stream, config, constants, weights.A, weights.B, weights.C, weights.Operand, inputs.A, inputs.B, inputs.C, inputs.Operand);
    }

    private Action BindLayout<TEpilogue>(AcceleratorStream stream, GemmOperands o)
        where TEpilogue : unmanaged, IGemmEpilogue =>
        (o.Shape.TransposeA, o.Shape.TransposeB) switch
        {
            (false, false) => BindTier<LayoutNN, TEpilogue>(stream, o),
            (false, true) => BindTier<LayoutNT, TEpilogue>(stream, o),
            (true, false) => BindTier<LayoutTN, TEpilogue>(stream, o),
            (true, true) => BindTier<LayoutTT, TEpilogue>(stream, o),
        };

    private Action BindTier<TLayout, TEpilogue>(AcceleratorStream stream, GemmOperands o)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        GemmTier tier = Tier(o);
        GemmLauncher launch = loader.Load<GemmLauncher>(tier switch
        {
            { Tile: 1 } => GemmNaiveGpu.GemmNaiveKernel<TLayout, TEpilogue>,
            { Precision: MatrixPrecision.Tf32 } => TensorCore<TLayout, TEpilogue, Tf32Precision>(tier.Tile),
            { Precision: MatrixPrecision.BFloat16 } => TensorCore<TLayout, TEpilogue, BFloat16Precision>(tier.Tile),
            { Tile: 128 } => GemmLargeGpu.GemmLargeKernel<TLayout, TEpilogue, Tile128>,
            { Tile: 64 } => GemmLargeGpu.GemmLargeKernel<TLayout, TEpilogue, Tile64>,
            _ when o.Quads => Split<TLayout, TEpilogue, QuadLoads>(tier.Teams),
            _ => Split<TLayout, TEpilogue, ScalarLoads>(tier.Teams),
        }, tier == Naive ? loader.ElementwiseGroup : tier.Threads);
        KernelConfig config = tier == Naive ? loader.PerElement(o.Shape.M * o.Shape.N) : new(checked((int)GemmTier.Tiles(o.Shape, tier.Tile)), tier.Threads);
        GemmScalars g = GemmScalars.Of(o.Shape, o.Activation.Leak);
        return () => launch(stream, config, g, o.A, o.B, o.C, o.Operand);
    }

    private static Action<GemmScalars, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>> TensorCore<TLayout, TEpilogue, TPrecision>(int tile)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
        where TPrecision : unmanaged, ITensorPrecision => tile == 128
            ? GemmTensorCoreGpu.GemmTensorCoreKernel<TLayout, TEpilogue, TPrecision, TensorTile128>
            : GemmTensorCoreGpu.GemmTensorCoreKernel<TLayout, TEpilogue, TPrecision, TensorTile64>;

    private static Action<GemmScalars, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>> Split<TLayout, TEpilogue, TLoads>(int teams)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
        where TLoads : unmanaged, IGemmLoads => teams switch
        {
            1 => GemmSplitGpu.GemmSplitKernel<TLayout, TEpilogue, TLoads, OneTeam>,
            2 => GemmSplitGpu.GemmSplitKernel<TLayout, TEpilogue, TLoads, TwoTeams>,
            4 => GemmSplitGpu.GemmSplitKernel<TLayout, TEpilogue, TLoads, FourTeams>,
            _ => GemmSplitGpu.GemmSplitKernel<TLayout, TEpilogue, TLoads, EightTeams>,
        };

    private GemmTier Tier(GemmOperands o) => choose?.Invoke(o) ?? GemmTier.Of(o.Shape, o.Quads, limits, precision);
}
