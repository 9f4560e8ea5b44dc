using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels;

/// <summary>
/// A convolution as a product: a row an output pixel, a column a filter, the terms those of its patch. A is x, B the weights.
/// A slice is a part of the terms, whose sums go to C [part, OutPixels, Filters].
/// </summary>
internal readonly struct ConvolutionProduct : IGemmProduct<ConvolutionProduct>
{
    private readonly PatchIndex patches;
    private readonly SumParts parts;
    private readonly int rows, columns, terms, firstTerm, endTerm, part;
    private readonly float leak;

    public ConvolutionProduct(ConvolutionShape shape, int parts, float leak)
    {
        patches = new(shape);
        rows = shape.OutPixels;
        columns = shape.Filters;
        terms = shape.PatchLength;
        this.parts = new(parts);
        (firstTerm, endTerm, part) = (0, terms, 0);
        this.leak = leak;
    }

    private ConvolutionProduct(ConvolutionProduct whole, int part)
    {
        this = whole;
        this.part = part;
        firstTerm = parts.First(part, terms);
        endTerm = parts.First(part + 1, terms);
    }

    public int Rows => rows;

    public int Columns => columns;

    public float Leak => leak;

    public bool RowsAreContiguous => false;

    public bool ColumnsAreContiguous => true;

    public int FirstTerm => firstTerm;

    public int EndTerm => endTerm;

    public int FirstColumnSum => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConvolutionProduct Slice(int slice) => new(this, slice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfA(ArrayView<float> a, int row, int term)
    {
        int index = patches.Of(row, term);
        return GemmLoads.Element(a, index, index >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfA(ArrayView<float> a, int row, int term)
    {
        int index = patches.Of(row, term);
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
