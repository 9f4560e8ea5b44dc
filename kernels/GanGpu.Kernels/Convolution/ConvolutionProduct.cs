using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A convolution or one of its gradients as a product whose factors are found by an index. A slice is a phase and a
/// range of K: slice = phase · splitK + split. The sums of a range go to C [split, rows of C, columns], its column sums
/// to [split, columns].
/// </summary>
internal readonly struct ConvolutionProduct<TIndex> : IGemmProduct<ConvolutionProduct<TIndex>>
    where TIndex : unmanaged, IConvolutionIndex<TIndex>
{
    private readonly TIndex index;
    private readonly SplitKRanges ranges;
    private readonly int rows, columns, rowsOfC, kBegin, kEnd, split;
    private readonly float leak;

    /// <summary>The product with all slices.</summary>
    /// <param name="index">Where the factors are.</param>
    /// <param name="rows">Rows of a phase, or a few more.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="rowsOfC">Rows of C, including those of all phases.</param>
    /// <param name="splitK">Ranges that K is divided into.</param>
    /// <param name="leak">The slope of the epilogue's leaky ReLU.</param>
    public ConvolutionProduct(TIndex index, int rows, int columns, int rowsOfC, int splitK, float leak)
    {
        this.index = index;
        ranges = new(splitK);
        (this.rows, this.columns, this.rowsOfC) = (rows, columns, rowsOfC);
        (kBegin, kEnd, split) = (0, 0, 0);
        this.leak = leak;
    }

    private ConvolutionProduct(ConvolutionProduct<TIndex> all, int slice)
    {
        this = all;
        index = all.index.Phase(ranges.Whole(slice));
        split = ranges.Split(slice);
        int k = index.K;
        kBegin = ranges.Begin(split, k);
        kEnd = ranges.Begin(split + 1, k);
    }

    public int Rows => rows;

    public int Columns => columns;

    public float Leak => leak;

    public bool RowsAreContiguous => index.RowsAreContiguous;

    public bool ColumnsAreContiguous => index.ColumnsAreContiguous;

    public int KBegin => kBegin;

    public int KEnd => kEnd;

    public int FirstColumnSum => split * columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConvolutionProduct<TIndex> Slice(int slice) => new(this, slice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float LoadA(ArrayView<float> a, int row, int k)
    {
        int place = index.OfA(row, k);
        return GemmLoads.Load(a, place, place >= 0 & row < rows & k < kEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LoadA4(ArrayView<float> a, int row, int k)
    {
        int place = index.OfA(row, k);
        return GemmLoads.Load4(a, place, place >= 0 & row < rows & k < kEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float LoadB(ArrayView<float> b, int column, int k) =>
        GemmLoads.Load(b, index.OfB(column, k), column < columns & k < kEnd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Float4 LoadB4(ArrayView<float> b, int column, int k) =>
        GemmLoads.Load4(b, index.OfB(column, k), column < columns & k < kEnd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < rows & index.Has(row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => split * rowsOfC + index.RowOfC(row);
}
