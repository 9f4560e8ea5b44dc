using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The gradient of a convolution's input, or a transposed convolution: a row is an input pixel, a column a channel, and
/// k a filter at one of the kernel's taps that reach the pixel. A is the gradient of y, B the weights. With stride s
/// only every s-th tap in either direction reaches a pixel. Which ones depends on the pixel's phase: its row and its
/// column modulo s. Pixels are counted within their phase, and taps among those that reach it, so that no product is
/// always 0.
/// </summary>
internal readonly struct InputGradientIndex : IConvolutionIndex<InputGradientIndex>
{
    private readonly Divisor phaseHeight, phaseWidth, filters, stridesOf, fewTaps, manyTaps;
    private readonly int height, width, channels, depth, kernelHeight, kernelWidth, stride, paddingTop, paddingLeft,
        outHeight, outWidth, phasesOfManyTaps;

    // The phase, the first tap that reaches it, and the output pixel which that tap reads.
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

    /// <summary>The length of the sums in the phase that has the longest.</summary>
    public static int MaxK(ConvolutionShape shape) =>
        checked((shape.KernelHeight + shape.Stride - 1) / shape.Stride
            * ((shape.KernelWidth + shape.Stride - 1) / shape.Stride) * shape.Filters);

    /// <summary>The length of this phase's sums.</summary>
    public int K =>
        stridesOf.Quotient(kernelHeight - kernelRow + stride - 1)
        * stridesOf.Quotient(kernelWidth - kernelColumn + stride - 1) * depth;

    /// <summary>One of the stride² phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public InputGradientIndex Phase(int phase) => new(this, phase);

    /// <summary>
    /// If a side of the image is not a multiple of the stride, the last phases have fewer pixels than the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int pixel)
    {
        int line = phaseWidth.Quotient(pixel), lineOfImage = phaseHeight.Remainder(line, phaseHeight.Quotient(line));
        return row + lineOfImage * stride < height & column + phaseWidth.Remainder(pixel, line) * stride < width;
    }

    /// <summary>A pixel's index among those of all phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOfC(int pixel)
    {
        int line = phaseWidth.Quotient(pixel), image = phaseHeight.Quotient(line);
        return (image * height + row + phaseHeight.Remainder(line, image) * stride) * width + column
            + phaseWidth.Remainder(pixel, line) * stride;
    }

    /// <summary>
    /// The index of the factor of (pixel, k) in the gradient of the output; negative if it is outside of the output.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfA(int pixel, int k)
    {
        int line = phaseWidth.Quotient(pixel), image = phaseHeight.Quotient(line);
        int tap = filters.Quotient(k), tapRow = TapRow(tap);
        int y = outRow + phaseHeight.Remainder(line, image) - tapRow, x = outColumn + phaseWidth.Remainder(pixel, line)
            - TapColumn(tap, tapRow);
        bool inside = y >= 0 & y < outHeight & x >= 0 & x < outWidth;
        int index = ((image * outHeight + y) * outWidth + x) * depth + filters.Remainder(k, tap);
        return inside ? index : -1;
    }

    /// <summary>The index of the factor of (channel, k) in the weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfB(int channel, int k)
    {
        int tap = filters.Quotient(k), tapRow = TapRow(tap);
        int place = (kernelRow + tapRow * stride) * kernelWidth + kernelColumn + TapColumn(tap, tapRow) * stride;
        return (place * channels + channel) * depth + filters.Remainder(k, tap);
    }

    /// <summary>Whether the kernel's rows reach this phase with one more tap than they reach others.</summary>
    private bool HasManyTaps => kernelColumn < phasesOfManyTaps;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TapRow(int tap) => HasManyTaps ? manyTaps.Quotient(tap) : fewTaps.Quotient(tap);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TapColumn(int tap, int tapRow) => HasManyTaps ? manyTaps.Remainder(tap, tapRow)
        : fewTaps.Remainder(tap, tapRow);
}
