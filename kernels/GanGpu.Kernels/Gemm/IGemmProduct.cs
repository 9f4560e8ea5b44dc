using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// A product C[m,n] = Σ_k A[m,k] · B[k,n] as the tile kernels see it: where the factors are in memory, and where a row
/// of C goes. It is a struct with the sizes, so that the index arithmetic is inlined into a kernel generic over it.
/// </summary>
/// <remarks>
/// A product may be divided into slices, one per row of the launch's grid. A slice is either a range of K, whose
/// partial sums another launch adds up, or a set of rows of C. Within a slice k runs from <see cref="KBegin"/> to
/// <see cref="KEnd"/>. Rows, columns and steps of k past the end read as 0, so that tiles may extend beyond every edge.
/// Four factors are read along the direction in which they are contiguous; if that is allowed
/// (<see cref="GemmOperands.Vectorized"/>), four factors never cross an edge.
/// </remarks>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface IGemmProduct<TSelf>
    where TSelf : unmanaged, IGemmProduct<TSelf>
{
    /// <summary>Columns of C.</summary>
    int Columns { get; }

    /// <summary>Rows of C that a slice computes, or a few more: see <see cref="HasRow"/>.</summary>
    int Rows { get; }

    /// <summary>The epilogue's leak.</summary>
    float Leak { get; }

    /// <summary>
    /// Whether A's factors are contiguous along the rows of C rather than along k. The same for every value of the
    /// type.
    /// </summary>
    bool RowsAreContiguous { get; }

    /// <summary>
    /// Whether B's factors are contiguous along the columns of C rather than along k. The same for every value of the
    /// type.
    /// </summary>
    bool ColumnsAreContiguous { get; }

    /// <summary>The first k of the slice, a multiple of 32.</summary>
    int KBegin { get; }

    int KEnd { get; }

    /// <summary>The index at which this slice's column sums begin.</summary>
    int FirstColumnSum { get; }

    /// <summary>A slice of the product.</summary>
    TSelf Slice(int slice);

    /// <summary>A[row, k].</summary>
    float LoadA(ArrayView<float> a, int row, int k);

    /// <summary>Four factors of A from (row, k) on.</summary>
    Float4 LoadA4(ArrayView<float> a, int row, int k);

    /// <summary>B[k, column].</summary>
    float LoadB(ArrayView<float> b, int column, int k);

    /// <summary>Four factors of B from (column, k) on.</summary>
    Float4 LoadB4(ArrayView<float> b, int column, int k);

    /// <summary>Whether C has this row.</summary>
    bool HasRow(int row);

    /// <summary>The row of C's memory, with <see cref="Columns"/> elements, that a row is stored to.</summary>
    int RowOfC(int row);
}
