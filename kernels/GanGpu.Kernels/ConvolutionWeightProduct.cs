using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels;

/// <summary>
/// The gradient of a convolution's weights as a product: a row an element of the patch, a column a filter, a term an output pixel.
/// A is x, B the gradient of y. A slice is a part of the terms, whose sums go to C [part, PatchLength, Filters] and whose column
/// sums to [part, Filters].
/// </summary>
internal readonly struct ConvolutionWeightProduct : IGemmProduct<ConvolutionWeightProduct>
{
    private readonly PatchIndex patches;
    private readonly SumParts parts;
    private readonly int rows, columns, terms, firstTerm, endTerm, part;

    public ConvolutionWeightProduct(ConvolutionShape shape, int parts)
    {
        patches = new(shape);
        rows = shape.PatchLength;
        columns = shape.Filters;
        terms = shape.OutPixels;
        this.parts = new(parts);
        (firstTerm, endTerm, part) = (0, terms, 0);
    }

    private ConvolutionWeightProduct(ConvolutionWeightProduct whole, int part)
    {
        this = whole;
        this.part = part;
        firstTerm = parts.First(part, terms);
        endTerm = parts.First(part + 1, terms);
    }

    public int Rows => rows;

    public int Columns => columns;

    public float Leak => 0f;

    public bool RowsAreContiguous => true;

    public bool ColumnsAreContiguous => true;

    public int FirstTerm => firstTerm;

    public int EndTerm => endTerm;

    public int FirstColumnSum => part * columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConvolutionWeightProduct Slice(int slice) => new(this, slice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfA(ArrayView<float> a, int row, int term)
    {
        int index = patches.Of(term, row);
        return GemmLoads.Element(a, index, index >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfA(ArrayView<float> a, int row, int term)
    {
        int index = patches.Of(term, row);
        return GemmLoads.Four(a, index, index >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfB(ArrayView<float> b, int column, int term) => GemmLoads.Element(b, term * columns + column, column < columns & term < endTerm);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfB(ArrayView<float> b, int column, int term) => GemmLoads.Four(b, term * columns + column, column < columns & term < endTerm);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => part * rows + row;
}
