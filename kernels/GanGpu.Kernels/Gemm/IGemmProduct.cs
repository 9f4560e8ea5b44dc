using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// A product C[m,n] = Σ_k A[m,k] · B[k,n] as the kernels that make it by tiles see it: where in memory the factors of a
/// place are and where a row of C goes. A struct with the sizes, so that a kernel generic over it has the index
/// arithmetic inlined.
/// </summary>
/// <remarks>
/// A product may be cut into slices, a row of the launch's grid each: parts of the sums, which another launch then adds
/// up, or rows that have sums of their own. Within a slice terms run from <see cref="FirstTerm"/> to
/// <see cref="EndTerm"/>; rows, columns and terms past the end read as 0, so that tiles may reach over every edge. Four
/// factors are read along the direction in which they lie side by side; where that is allowed
/// (<see cref="GemmOperands.Quads"/>) a run of four never crosses an edge.
/// </remarks>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface IGemmProduct<TSelf>
    where TSelf : unmanaged, IGemmProduct<TSelf>
{
    /// <summary>Columns of C.</summary>
    int Columns { get; }

    /// <summary>Rows of C that a slice makes, or more: see <see cref="HasRow"/>.</summary>
    int Rows { get; }

    /// <summary>The epilogue's leak.</summary>
    float Leak { get; }

    /// <summary>
    /// A's factors lie side by side along the rows of C, not along the terms. The same for every value of the type.
    /// </summary>
    bool RowsAreContiguous { get; }

    /// <summary>
    /// B's factors lie side by side along the columns of C, not along the terms. The same for every value of the type.
    /// </summary>
    bool ColumnsAreContiguous { get; }

    /// <summary>A multiple of 32.</summary>
    int FirstTerm { get; }

    int EndTerm { get; }

    /// <summary>Where this slice's column sums begin.</summary>
    int FirstColumnSum { get; }

    /// <summary>A slice of the product.</summary>
    TSelf Slice(int slice);

    /// <summary>A[row, term].</summary>
    float FactorOfA(ArrayView<float> a, int row, int term);

    /// <summary>Four of A from (row, term) on.</summary>
    Quad FourOfA(ArrayView<float> a, int row, int term);

    /// <summary>B[term, column].</summary>
    float FactorOfB(ArrayView<float> b, int column, int term);

    /// <summary>Four of B from (column, term) on.</summary>
    Quad FourOfB(ArrayView<float> b, int column, int term);

    /// <summary>Whether C has this row.</summary>
    bool HasRow(int row);

    /// <summary>The row of C's memory, of <see cref="Columns"/> each, that a row goes to.</summary>
    int RowOfC(int row);
}
