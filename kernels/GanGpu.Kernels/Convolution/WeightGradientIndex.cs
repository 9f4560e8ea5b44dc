using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The gradient of a convolution's weights: a row an element of the patch, a column a filter, a term an output pixel. A
/// is x, B the gradient of y.
/// </summary>
internal readonly struct WeightGradientIndex(ConvolutionShape shape) : IConvolutionIndex<WeightGradientIndex>
{
    private readonly PatchIndex patches = new(shape);
    private readonly int terms = shape.OutPixels, filters = shape.Filters;

    public bool RowsAreContiguous => true;

    public bool ColumnsAreContiguous => true;

    public int Terms => terms;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WeightGradientIndex Phase(int phase) => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfA(int row, int term) => patches.Of(term, row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfB(int column, int term) => term * filters + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int row) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row;
}
