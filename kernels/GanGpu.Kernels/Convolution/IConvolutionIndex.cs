using GanGpu.Kernels.Gemm;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A convolution or one of its gradients as a product: what its rows, its columns and k stand for, where the factors
/// are in memory, and where a row goes. It is a type so that it is inlined into a kernel generic over it.
/// </summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface IConvolutionIndex<TSelf>
    where TSelf : unmanaged, IConvolutionIndex<TSelf>
{
    /// <summary>See <see cref="IGemmProduct{TSelf}.RowsAreContiguous"/>.</summary>
    bool RowsAreContiguous { get; }

    /// <summary>See <see cref="IGemmProduct{TSelf}.ColumnsAreContiguous"/>.</summary>
    bool ColumnsAreContiguous { get; }

    /// <summary>The length of this phase's sums.</summary>
    int K { get; }

    /// <summary>
    /// One of the products that the whole consists of, each with its own rows; the whole itself if there is only one.
    /// </summary>
    TSelf Phase(int phase);

    /// <summary>
    /// The index into A of the factor of (row, k); negative if the factor is outside of the image, and so 0.
    /// </summary>
    int OfA(int row, int k);

    /// <summary>The index into B of the factor of (column, k).</summary>
    int OfB(int column, int k);

    /// <summary>Whether this phase has the row: some phases have fewer rows than others.</summary>
    bool Has(int row);

    /// <summary>The row of C that a row is stored to.</summary>
    int RowOfC(int row);
}
