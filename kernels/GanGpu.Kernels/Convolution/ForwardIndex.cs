using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A convolution: a row an output pixel, a column a filter, the terms those of its patch. A is x, B the weights.
/// </summary>
internal readonly struct ForwardIndex(ConvolutionShape shape) : IConvolutionIndex<ForwardIndex>
{
    private readonly PatchIndex patches = new(shape);
    private readonly int terms = shape.PatchLength, filters = shape.Filters;

    public bool RowsAreContiguous => false;

    public bool ColumnsAreContiguous => true;

    public int Terms => terms;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ForwardIndex Phase(int phase) => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfA(int row, int term) => patches.Of(row, term);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfB(int column, int term) => term * filters + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int row) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int row) => row;
}
