using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The gradient of a convolution's input, or a transposed convolution: a row an input pixel, a column a channel, a term
/// a filter at one of the kernel's places that reach the pixel. A is the gradient of y, B the weights. Of stride s only
/// every s-th place of the kernel in either direction reaches a pixel, and which ones depends on the pixel's phase: its
/// row and its column modulo s. Pixels are counted within their phase and terms among the places that reach it, so none
/// of the terms is one that is always 0.
/// </summary>
internal readonly struct InputGradientIndex : IConvolutionIndex<InputGradientIndex>
{
    private readonly Divisor phaseHeight, phaseWidth, filters, stridesOf, fewTaps, manyTaps;
    private readonly int height, width, channels, depth, kernelHeight, kernelWidth, stride, paddingTop, paddingLeft,
        outHeight, outWidth, phasesOfManyTaps;

    // The phase, and the first of the kernel's places that reach it with the output they meet there.
    private readonly int row, column, kernelRow, kernelColumn, outRow, outColumn;

    public InputGradientIndex(ConvolutionShape shape)
    {
        stride = shape.Stride;
        phaseHeight = new((shape.Height + stride - 1) / stride);
        phaseWidth = new((shape.Width + stride - 1) / stride);
        filters = new(shape.Filters);
        stridesOf = new(stride);
        fewTaps = new(Math.Max(shape.KernelWidth / stride, 1));
        manyTaps = new(shape.KernelWidth / stride + 1);
        (height, width, channels, depth) = (shape.Height, shape.Width, shape.Channels, shape.Filters);
        (kernelHeight, kernelWidth, paddingTop, paddingLeft) =
            (shape.KernelHeight, shape.KernelWidth, shape.PaddingTop, shape.PaddingLeft);
        (outHeight, outWidth, phasesOfManyTaps) = (shape.OutHeight, shape.OutWidth, shape.KernelWidth % shape.Stride);
        (row, column, kernelRow, kernelColumn, outRow, outColumn) = (0, 0, 0, 0, 0, 0);
    }

    private InputGradientIndex(InputGradientIndex all, int phase)
    {
        this = all;
        row = stridesOf.Quotient(phase);
        column = stridesOf.Remainder(phase, row);
        outRow = stridesOf.Quotient(row + paddingTop);
        kernelRow = stridesOf.Remainder(row + paddingTop, outRow);
        outColumn = stridesOf.Quotient(column + paddingLeft);
        kernelColumn = stridesOf.Remainder(column + paddingLeft, outColumn);
    }

    public bool RowsAreContiguous => false;

    public bool ColumnsAreContiguous => false;

    /// <summary>Pixels of a phase, or a few more: see <see cref="Has"/>.</summary>
    public static int Pixels(ConvolutionShape shape) =>
        checked(shape.Batch * ((shape.Height + shape.Stride - 1) / shape.Stride)
            * ((shape.Width + shape.Stride - 1) / shape.Stride));

    /// <summary>Terms of the phase that has most.</summary>
    public static int MostTerms(ConvolutionShape shape) =>
        checked((shape.KernelHeight + shape.Stride - 1) / shape.Stride
            * ((shape.KernelWidth + shape.Stride - 1) / shape.Stride) * shape.Filters);

    /// <summary>Terms of this phase.</summary>
    public int Terms =>
        stridesOf.Quotient(kernelHeight - kernelRow + stride - 1)
        * stridesOf.Quotient(kernelWidth - kernelColumn + stride - 1) * depth;

    /// <summary>One of the stride² phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public InputGradientIndex Phase(int phase) => new(this, phase);

    /// <summary>
    /// The last phases of an image whose sides are no multiples of the stride have fewer pixels than the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int pixel)
    {
        int line = phaseWidth.Quotient(pixel), lineOfImage = phaseHeight.Remainder(line, phaseHeight.Quotient(line));
        return row + lineOfImage * stride < height & column + phaseWidth.Remainder(pixel, line) * stride < width;
    }

    /// <summary>A pixel's number among those of all phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int pixel)
    {
        int line = phaseWidth.Quotient(pixel), image = phaseHeight.Quotient(line);
        return (image * height + row + phaseHeight.Remainder(line, image) * stride) * width + column
            + phaseWidth.Remainder(pixel, line) * stride;
    }

    /// <summary>
    /// The index of a pixel's and a term's factor in the gradient of the output; negative where there is no such
    /// output.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfA(int pixel, int term)
    {
        int line = phaseWidth.Quotient(pixel), image = phaseHeight.Quotient(line);
        int tap = filters.Quotient(term), tapRow = TapRow(tap);
        int y = outRow + phaseHeight.Remainder(line, image) - tapRow, x = outColumn + phaseWidth.Remainder(pixel, line)
            - TapColumn(tap, tapRow);
        bool inside = y >= 0 & y < outHeight & x >= 0 & x < outWidth;
        int index = ((image * outHeight + y) * outWidth + x) * depth + filters.Remainder(term, tap);
        return inside ? index : -1;
    }

    /// <summary>The index of a channel's and a term's factor in the weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfB(int channel, int term)
    {
        int tap = filters.Quotient(term), tapRow = TapRow(tap);
        int place = (kernelRow + tapRow * stride) * kernelWidth + kernelColumn + TapColumn(tap, tapRow) * stride;
        return (place * channels + channel) * depth + filters.Remainder(term, tap);
    }

    /// <summary>Whether the kernel reaches this phase at one more place of its rows than it does others.</summary>
    private bool HasManyTaps => kernelColumn < phasesOfManyTaps;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TapRow(int tap) => HasManyTaps ? manyTaps.Quotient(tap) : fewTaps.Quotient(tap);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TapColumn(int tap, int tapRow) => HasManyTaps ? manyTaps.Remainder(tap, tapRow)
        : fewTaps.Remainder(tap, tapRow);
}
