using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels;

/// <summary>
/// The gradient of a convolution's input, or a transposed convolution, as a product: a row an input pixel, a column a channel,
/// a term a filter at one of the kernel's places that reach the pixel. A is the gradient of y, B the weights. A slice is a phase
/// of the pixels (see <see cref="PhaseIndex"/>) and a part of its terms, whose sums go to C [part, Pixels, Channels].
/// </summary>
internal readonly struct ConvolutionInputProduct : IGemmProduct<ConvolutionInputProduct>
{
    private readonly PhaseIndex phase;
    private readonly SumParts parts;
    private readonly int rows, columns, pixels, firstTerm, endTerm, part;
    private readonly float leak;

    public ConvolutionInputProduct(ConvolutionShape shape, int parts, float leak)
    {
        phase = new(shape);
        this.parts = new(parts);
        rows = PhaseIndex.Pixels(shape);
        columns = shape.Channels;
        pixels = shape.Pixels;
        (firstTerm, endTerm, part) = (0, 0, 0);
        this.leak = leak;
    }

    private ConvolutionInputProduct(ConvolutionInputProduct whole, int slice)
    {
        this = whole;
        phase = whole.phase.Phase(parts.Whole(slice));
        part = parts.Part(slice);
        int terms = phase.Terms;
        firstTerm = parts.First(part, terms);
        endTerm = parts.First(part + 1, terms);
    }

    public int Rows => rows;

    public int Columns => columns;

    public float Leak => leak;

    public bool RowsAreContiguous => false;

    public bool ColumnsAreContiguous => false;

    public int FirstTerm => firstTerm;

    public int EndTerm => endTerm;

    public int FirstColumnSum => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConvolutionInputProduct Slice(int slice) => new(this, slice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfA(ArrayView<float> a, int row, int term)
    {
        int index = phase.OfGradient(row, term);
        return GemmLoads.Element(a, index, index >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfA(ArrayView<float> a, int row, int term)
    {
        int index = phase.OfGradient(row, term);
        return GemmLoads.Four(a, index, index >= 0 & row < rows & term < endTerm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FactorOfB(ArrayView<float> b, int column, int term) => GemmLoads.Element(b, phase.OfWeight(column, term), column < columns & term < endTerm);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad FourOfB(ArrayView<float> b, int column, int term) => GemmLoads.Four(b, phase.OfWeight(column, term), column < columns & term < endTerm);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRow(int row) => row < rows & phase.Has(row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => part * pixels + phase.Pixel(row);
}
