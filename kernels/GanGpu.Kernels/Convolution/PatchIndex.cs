using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The matrix [OutPixels, PatchLength] that im2col would write to memory, as a formula for the index of an element in
/// the images.
/// </summary>
internal readonly struct PatchIndex(ConvolutionShape shape)
{
    private readonly Divisor outWidth = new(shape.OutWidth), outHeight = new(shape.OutHeight),
        channels = new(shape.Channels), kernelWidth = new(shape.KernelWidth);
    private readonly int height = shape.Height, width = shape.Width, depth = shape.Channels, stride = shape.Stride,
        paddingTop = shape.PaddingTop, paddingLeft = shape.PaddingLeft;

    /// <summary>
    /// The index into x of an element of an output pixel's patch; negative if it is outside of the image.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int outPixel, int element)
    {
        int line = outWidth.Quotient(outPixel), outColumn = outWidth.Remainder(outPixel, line);
        int image = outHeight.Quotient(line), outRow = outHeight.Remainder(line, image);
        int tap = channels.Quotient(element), channel = channels.Remainder(element, tap);
        int kernelRow = kernelWidth.Quotient(tap), kernelColumn = kernelWidth.Remainder(tap, kernelRow);
        int row = outRow * stride - paddingTop + kernelRow, column = outColumn * stride - paddingLeft + kernelColumn;
        bool inside = row >= 0 & row < height & column >= 0 & column < width;
        int index = ((image * height + row) * width + column) * depth + channel;
        return inside ? index : -1;
    }
}
