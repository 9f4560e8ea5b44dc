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
    /// What one of the products reads and writes, as <see cref="GemmSplitGpu"/>'s: the operand is the sums [N] of the
    /// weight gradient where its epilogue sums columns, and the output of the activation that the input gradient goes
    /// through.
    /// </summary>
    public struct Views
    {
        public ArrayView<float> A, B, C, Operand;

        public static Views Of(GemmOperands o) => new() { A = o.A, B = o.B, C = o.C, Operand = o.Operand };
    }

    public static void GemmPairKernel<TWeights, TInputs, TLoads, TTeams>(
        Constants constants, Views weights, Views inputs)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TTeams : unmanaged, IGemmTeams
    {
        ArrayView<Quad> shared = GemmSplitGpu.Share<TTeams>();
        if (Grid.IdxX < constants.WeightTiles)
            GemmSplitGpu.MakeTile<MatrixProduct<LayoutTN>, TWeights, TLoads, TTeams>(
                Grid.IdxX, constants.Weights, weights.A, weights.B, weights.C, weights.Operand, shared);
        else
            GemmSplitGpu.MakeTile<MatrixProduct<LayoutNT>, TInputs, TLoads, TTeams>(
                Grid.IdxX - constants.WeightTiles, constants.Inputs, inputs.A, inputs.B, inputs.C, inputs.Operand,
                shared);
    }
}
