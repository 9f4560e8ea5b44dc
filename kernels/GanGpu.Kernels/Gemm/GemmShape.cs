namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The shape of C[M,N] = op(A)[M,K] · op(B)[K,N], all row-major and dense.
/// A is stored [M,K], or [K,M] when transposed; B is stored [K,N], or [N,K] when transposed.
/// A dense layer needs three of the four forms: NN (forward), NT (gradient of the input), TN (gradient of the weights).
/// </summary>
/// <param name="M">Rows of C, at least 1.</param>
/// <param name="N">Columns of C, at least 1.</param>
/// <param name="K">Length of the sums, at least 1.</param>
/// <param name="TransposeA">A is stored [K,M].</param>
/// <param name="TransposeB">B is stored [N,K].</param>
internal readonly record struct GemmShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Floating-point operations of the product: 2·M·N·K.</summary>
    public long Flops => 2L * M * N * K;

    /// <summary>M x N x K and the form, for example "64x784x256 NN".</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{M}x{N}x{K} {(TransposeA ? 'T' : 'N')}{(TransposeB ? 'T' : 'N')}");
}
