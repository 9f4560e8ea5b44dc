namespace GanGpu.Kernels.Convolution;

/// <summary>The window that a convolution's kernel slides over an image.</summary>
/// <param name="Height">Rows of the kernel.</param>
/// <param name="Width">Columns of the kernel.</param>
/// <param name="Stride">Pixels from one position to the next, in both directions.</param>
/// <param name="PaddingTop">Rows of zeros above the image, where the first position begins.</param>
/// <param name="PaddingLeft">Columns of zeros left of the image.</param>
internal readonly record struct ConvolutionWindow(int Height, int Width, int Stride, int PaddingTop, int PaddingLeft);
