namespace GanGpu.Kernels.Convolution;

/// <summary>What a convolution's kernel covers of an image, from one place to the next.</summary>
/// <param name="Height">Rows of the kernel.</param>
/// <param name="Width">Columns of the kernel.</param>
/// <param name="Stride">Pixels from one place to the next, in both directions.</param>
/// <param name="PaddingTop">Rows of zeros above the image, where the first place begins.</param>
/// <param name="PaddingLeft">Columns of zeros before it.</param>
internal readonly record struct ConvolutionWindow(int Height, int Width, int Stride, int PaddingTop, int PaddingLeft);
