using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A convolution: a row is an output pixel, a column a filter, and k an element of the pixel's patch. A is x, B the
/// weights.
/// </summary>
internal readonly struct ForwardIndex(ConvolutionShape shape) : IConvolutionIndex<ForwardIndex>
{
    private readonly PatchIndex patches = new(shape);
    private readonly int sumLength = shape.PatchLength, filters = shape.Filters;

    public bool RowsAreContiguous => false;

    public bool ColumnsAreContiguous => true;

    public int K => sumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ForwardIndex Phase(int phase) => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfA(int row, int k) => patches.Of(row, k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfB(int column, int k) => k * filters + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int row) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row;
}
