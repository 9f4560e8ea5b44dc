using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Two independent products in one launch: the first groups compute the tiles of a weight gradient AᵀB, the other
/// groups those of an input gradient ABᵀ, as <see cref="GemmSplitGpu"/> does. Both read the same gradient of a layer's
/// output.
/// </summary>
internal static class GemmPairGpu
{
    /// <summary>Values that do not change from step to step.</summary>
    public struct Constants
    {
        public MatrixProduct<LayoutTN> Weights;

        public MatrixProduct<LayoutNT> Inputs;

        /// <summary>Tiles of the weight gradient, each computed by one group.</summary>
        public int WeightTiles;
    }

    /// <summary>
    /// The views of one of the products. The weight gradient's operand is its column sums [N], if the epilogue has
    /// them; the input gradient's is the output of the activation that it passes through.
    /// </summary>
    public struct Views
    {
        public ArrayView<float> A, B, C, Operand;

        public static Views Of(GemmOperands o) => new() { A = o.A, B = o.B, C = o.C, Operand = o.Operand };
    }

    public static void GemmPairKernel<TWeights, TInputs, TLoads, TKSlices>(
        Constants constants, Views weights, Views inputs)
        where TWeights : unmanaged, IWeightEpilogue
        where TInputs : unmanaged, IInputEpilogue
        where TLoads : unmanaged, IGemmLoads
        where TKSlices : unmanaged, IKSlices
    {
        ArrayView<Float4> shared = GemmSplitGpu.AllocateShared<TKSlices>();
        if (Grid.IdxX < constants.WeightTiles)
            GemmSplitGpu.ComputeTile<MatrixProduct<LayoutTN>, TWeights, TLoads, TKSlices>(
                Grid.IdxX, constants.Weights, weights.A, weights.B, weights.C, weights.Operand, shared);
        else
            GemmSplitGpu.ComputeTile<MatrixProduct<LayoutNT>, TInputs, TLoads, TKSlices>(
                Grid.IdxX - constants.WeightTiles, constants.Inputs, inputs.A, inputs.B, inputs.C, inputs.Operand,
                shared);
    }
}
