using System.Globalization;

namespace GanGpu.Kernels.Convolution;

/// <summary>
/// A two-dimensional convolution (a cross-correlation, as is usual in the field) of images x [Batch · Height · Width,
/// Channels], one row a pixel, with w [KernelHeight · KernelWidth · Channels, Filters] to y [Batch · OutHeight ·
/// OutWidth, Filters]: y[n,oy,ox,k] = Σ over (ky, kx, c) of x[n, oy·Stride − PaddingTop + ky, ox·Stride − PaddingLeft +
/// kx, c] · w[ky,kx,c,k]. Pixels outside of the image are 0.
/// </summary>
internal readonly record struct ConvolutionShape(
    int Batch, int Height, int Width, int Channels, int Filters, ConvolutionWindow Window, int OutHeight, int OutWidth)
{
    public int KernelHeight => Window.Height;

    public int KernelWidth => Window.Width;

    public int Stride => Window.Stride;

    public int PaddingTop => Window.PaddingTop;

    public int PaddingLeft => Window.PaddingLeft;

    /// <summary>Rows of x.</summary>
    public int Pixels => checked(Batch * Height * Width);

    /// <summary>Rows of y.</summary>
    public int OutPixels => checked(Batch * OutHeight * OutWidth);

    /// <summary>Products that a value of y is the sum of: rows of w.</summary>
    public int PatchLength => checked(KernelHeight * KernelWidth * Channels);

    /// <summary>
    /// Floating-point operations of the convolution, or of either gradient: 2 for each value of y and of its patch,
    /// including those outside of the image.
    /// </summary>
    public long Flops => 2L * OutPixels * PatchLength * Filters;

    /// <summary>For example "64x16x16x128 4x4/2 → 8x8x256".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Batch}x{Height}x{Width}x{Channels} {KernelHeight}x{KernelWidth}/{Stride} → " +
        $"{OutHeight}x{OutWidth}x{Filters}");
}
