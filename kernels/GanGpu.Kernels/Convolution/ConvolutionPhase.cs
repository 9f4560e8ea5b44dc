namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A phase of an input gradient: the pixels with the same remainders modulo the stride. The same taps of the kernel
/// reach all of them, so that for a phase the input gradient is a convolution of dy with stride 1. Pixel (j, i) of the
/// phase is at (j · stride + remainder) in each direction; its taps m = 0, 1, … are at pixel j + First + m of dy and at
/// row FirstTap − m · stride of the kernel.
/// </summary>
internal readonly record struct ConvolutionPhase(PhaseSide Rows, PhaseSide Columns)
{
    public static ConvolutionPhase Of(ConvolutionShape shape, int rowRemainder, int columnRemainder) => new(
        PhaseSide.Of(shape.Height, shape.KernelHeight, shape.Stride, shape.PaddingTop, rowRemainder),
        PhaseSide.Of(shape.Width, shape.KernelWidth, shape.Stride, shape.PaddingLeft, columnRemainder));

    /// <summary>Taps that reach the phase's pixels.</summary>
    public int Taps => Rows.Taps * Columns.Taps;
}

/// <summary>One direction of a <see cref="ConvolutionPhase"/>.</summary>
/// <param name="Pixels">Pixels of the image with this remainder.</param>
/// <param name="Taps">Taps of the kernel that reach them; 0 if the kernel is shorter than the stride.</param>
/// <param name="First">The pixel of dy from which tap 0 reaches pixel 0 of the phase.</param>
/// <param name="FirstTap">The row of the kernel that is tap 0; each following tap is one stride before it.</param>
internal readonly record struct PhaseSide(int Pixels, int Taps, int First, int FirstTap)
{
    public static PhaseSide Of(int length, int kernel, int stride, int padding, int remainder)
    {
        // Tap k reaches pixel y from (y + padding − k) / stride, which must be a whole number.
        int least = (remainder + padding) % stride, taps = least < kernel ? (kernel - 1 - least) / stride + 1 : 0;
        return new(
            (length - remainder + stride - 1) / stride, taps, (remainder + padding - least) / stride - (taps - 1), least
            + (taps - 1) * stride);
    }
}
