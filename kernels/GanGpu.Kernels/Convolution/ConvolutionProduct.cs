using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gemm;
using ILGPU;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A convolution or one of its gradients as a product whose factors an index finds. A slice is a phase and a part of
/// its terms, slice = phase · parts + part; the sums of a part go to C [part, rows of C, columns], and its column sums
/// to [part, columns].
/// </summary>
internal readonly struct ConvolutionProduct<TIndex> : IGemmProduct<ConvolutionProduct<TIndex>>
    where TIndex : unmanaged, IConvolutionIndex<TIndex>
{
    private readonly TIndex index;
    private readonly SumParts parts;
    private readonly int rows, columns, rowsOfC, firstTerm, endTerm, part;
    private readonly float leak;

    /// <summary>All slices.</summary>
    /// <param name="index">What the product is of.</param>
    /// <param name="rows">Rows of a phase, or a few more.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="rowsOfC">Rows of C, those of all phases.</param>
    /// <param name="parts">Parts that the terms are shared among.</param>
    /// <param name="leak">The epilogue's.</param>
    public ConvolutionProduct(TIndex index, int rows, int columns, int rowsOfC, int parts, float leak)
    {
        this.index = index;
        this.parts = new(parts);
        (this.rows, this.columns, this.rowsOfC) = (rows, columns, rowsOfC);
        (firstTerm, endTerm, part) = (0, 0, 0);
        this.leak = leak;
    }

    private ConvolutionProduct(ConvolutionProduct<TIndex> all, int slice)
    {
        this = all;
        index = all.index.Phase(parts.Whole(slice));
        part = parts.Part(slice);
        int terms = index.Terms;
        firstTerm = parts.First(part, terms);
        endTerm = parts.First(part + 1, terms);
    }

    public int Rows => rows;

    public int Columns => columns;

    public float Leak => leak;

    public bool RowsAreContiguous => index.RowsAreContiguous;

    public bool ColumnsAreContiguous => index.ColumnsAreContiguous;

    public int FirstTerm => firstTerm;

    public int EndTerm => endTerm;

    public int FirstColumnSum => part * columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConvolutionProduct<TIndex> Slice(int slice) => new(this, slice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfA(ArrayView<float> a, int row, int term)
    {
        int place = index.OfA(row, term);
        return GemmLoads.Element(a, place, place >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfA(ArrayView<float> a, int row, int term)
    {
        int place = index.OfA(row, term);
        return GemmLoads.Four(a, place, place >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfB(ArrayView<float> b, int column, int term) =>
        GemmLoads.Element(b, index.OfB(column, term), column < columns & term < endTerm);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfB(ArrayView<float> b, int column, int term) =>
        GemmLoads.Four(b, index.OfB(column, term), column < columns & term < endTerm);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < rows & index.Has(row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => part * rowsOfC + index.RowOfC(row);
}
