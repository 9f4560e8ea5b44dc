namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The pixels of an input gradient with the same remainders modulo the stride: they are reached by the same taps of the
/// kernel, so that for them the input gradient is a convolution of dy with stride 1. Pixel (j, i) of the phase is
/// (j · stride + remainder) in each direction, and its taps m = 0, 1, … are at pixel j + First + m of dy and at row
/// FirstTap − m · stride of the kernel.
/// </summary>
internal readonly record struct ConvolutionPhase(PhaseSide Rows, PhaseSide Columns)
{
    public static ConvolutionPhase Of(ConvolutionShape shape, int rowRemainder, int columnRemainder) => new(
        PhaseSide.Of(shape.Height, shape.KernelHeight, shape.Stride, shape.PaddingTop, rowRemainder),
        PhaseSide.Of(shape.Width, shape.KernelWidth, shape.Stride, shape.PaddingLeft, columnRemainder));

    /// <summary>Taps that reach its pixels.</summary>
    public int Taps => Rows.Taps * Columns.Taps;
}

/// <summary>One direction of a <see cref="ConvolutionPhase"/>.</summary>
/// <param name="Pixels">Pixels of the image with this remainder.</param>
/// <param name="Taps">Taps of the kernel that reach them; 0 where the kernel is shorter than the stride.</param>
/// <param name="First">Pixel 0 of the phase is reached from pixel First of dy by tap 0.</param>
/// <param name="FirstTap">The row of the kernel that is tap 0; each tap after it is a stride before.</param>
internal readonly record struct PhaseSide(int Pixels, int Taps, int First, int FirstTap)
{
    public static PhaseSide Of(int length, int kernel, int stride, int padding, int remainder)
    {
        // Pixel y is reached by tap k from (y + padding − k) / stride, which must be whole.
        int least = (remainder + padding) % stride, taps = least < kernel ? (kernel - 1 - least) / stride + 1 : 0;
        return new(
            (length - remainder + stride - 1) / stride, taps, (remainder + padding - least) / stride - (taps - 1), least
            + (taps - 1) * stride);
    }
}
