using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Two products that do not wait for each other in one launch: the first groups make the tiles of a weight gradient
/// AᵀB, the others those of an input gradient ABᵀ, as <see cref="GemmSplitGpu"/> does. Both read the same gradient of a
/// layer's output.
/// </summary>
internal static class GemmPairGpu
{
    /// <summary>What does not change from step to step.</summary>
    public struct Constants
    {
        public MatrixProduct<LayoutTN> Weights;

        public MatrixProduct<LayoutNT> Inputs;

        /// <summary>Tiles, and so groups, of the weight gradient.</summary>
        public int WeightTiles;
    }

    /// <summary>
    /// Operands as <see cref="GemmSplitGpu"/>'s: sums [N] of the weight gradient where its epilogue sums columns.
    /// </summary>
    public static void GemmPairKernel<TWeights, TInputs, TLoads, TTeams>(
        Constants constants,
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> sums,
        ArrayView<float> inputA, ArrayView<float> inputB, ArrayView<float> inputC, ArrayView<float> output)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TTeams : unmanaged, IGemmTeams
    {
        ArrayView<Quad> shared = GemmSplitGpu.Share<TTeams>();
        if (Grid.IdxX < constants.WeightTiles)
            GemmSplitGpu.MakeTile<MatrixProduct<LayoutTN>, TWeights, TLoads, TTeams>(
                Grid.IdxX, constants.Weights, a, b, c, sums, shared);
        else
            GemmSplitGpu.MakeTile<MatrixProduct<LayoutNT>, TInputs, TLoads, TTeams>(
                Grid.IdxX - constants.WeightTiles, constants.Inputs, inputA, inputB, inputC, output, shared);
    }
}
