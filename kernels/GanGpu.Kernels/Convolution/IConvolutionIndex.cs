using GanGpu.Kernels.Gemm;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A convolution or one of its gradients as a product: what its rows, columns and terms are, where in memory their
/// factors lie, and where a row goes. As a type, so that a kernel generic over it has it inlined.
/// </summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface IConvolutionIndex<TSelf>
    where TSelf : unmanaged, IConvolutionIndex<TSelf>
{
    /// <summary>See <see cref="IGemmProduct{TSelf}.RowsAreContiguous"/>.</summary>
    bool RowsAreContiguous { get; }

    /// <summary>See <see cref="IGemmProduct{TSelf}.ColumnsAreContiguous"/>.</summary>
    bool ColumnsAreContiguous { get; }

    /// <summary>Terms of this phase.</summary>
    int Terms { get; }

    /// <summary>
    /// One of several products with rows of their own that the whole consists of; where there is only one, itself.
    /// </summary>
    TSelf Phase(int phase);

    /// <summary>The index into A of the factor of (row, term); negative where there is none, and 0 is meant.</summary>
    int OfA(int row, int term);

    /// <summary>The index into B of the factor of (column, term).</summary>
    int OfB(int column, int term);

    /// <summary>Whether a row, one of those that each phase has, is one of this phase's.</summary>
    bool Has(int row);

    /// <summary>The row of C that a row goes to.</summary>
    int RowOfC(int row);
}
