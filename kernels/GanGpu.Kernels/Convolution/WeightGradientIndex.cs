using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The gradient of a convolution's weights: a row is an element of the patch, a column a filter, and k an output pixel.
/// A is x, B the gradient of y.
/// </summary>
internal readonly struct WeightGradientIndex(ConvolutionShape shape) : IConvolutionIndex<WeightGradientIndex>
{
    private readonly PatchIndex patches = new(shape);
    private readonly int sumLength = shape.OutPixels, filters = shape.Filters;

    public bool RowsAreContiguous => true;

    public bool ColumnsAreContiguous => true;

    public int K => sumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WeightGradientIndex Phase(int phase) => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfA(int row, int k) => patches.Of(k, row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfB(int column, int k) => k * filters + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int row) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row;
}
