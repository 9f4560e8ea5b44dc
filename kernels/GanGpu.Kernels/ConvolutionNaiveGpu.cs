using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Convolutions (see <see cref="ConvolutionShape"/>) as their formulas stand, one thread for each value of the result: what
/// faster ones are checked against. Each overwrites its result.
/// </summary>
internal sealed class ConvolutionNaiveGpu(KernelLoader loader)
{
    /// <summary>y[n,oy,ox,k] = Σ x[n, oy·s − pt + ky, ox·s − pl + kx, c] · w[ky,kx,c,k].</summary>
    public static void ForwardKernel(int length, ConvolutionShape s, ArrayView<float> x, ArrayView<float> w, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int pixel = i / s.Filters, filter = i % s.Filters, outColumn = pixel % s.OutWidth, outRow = pixel / s.OutWidth % s.OutHeight, n = pixel / s.OutWidth / s.OutHeight;
            float sum = 0f;
            for (int ky = 0; ky < s.KernelHeight; ky++)
            {
                int row = outRow * s.Stride - s.PaddingTop + ky;
                for (int kx = 0; kx < s.KernelWidth; kx++)
                {
                    int column = outColumn * s.Stride - s.PaddingLeft + kx;
                    if (row >= 0 & row < s.Height & column >= 0 & column < s.Width)
                    {
                        int from = ((n * s.Height + row) * s.Width + column) * s.Channels, weight = (ky * s.KernelWidth + kx) * s.Channels * s.Filters + filter;
                        for (int c = 0; c < s.Channels; c++)
                            sum += x[from + c] * w[weight + c * s.Filters];
                    }
                }
            }

            y[i] = sum;
        }
    }

    /// <summary>dx[n,y,x,c] = Σ dy[n,oy,ox,k] · w[ky,kx,c,k] over the outputs that (y, x) is a part of.</summary>
    public static void InputGradientKernel(int length, ConvolutionShape s, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int pixel = i / s.Channels, channel = i % s.Channels, column = pixel % s.Width, row = pixel / s.Width % s.Height, n = pixel / s.Width / s.Height;
            float sum = 0f;
            for (int ky = 0; ky < s.KernelHeight; ky++)
            {
                int y = row + s.PaddingTop - ky, outRow = y / s.Stride;
                for (int kx = 0; kx < s.KernelWidth; kx++)
                {
                    int x = column + s.PaddingLeft - kx, outColumn = x / s.Stride;
                    bool reached = y >= 0 & y % s.Stride == 0 & outRow < s.OutHeight & x >= 0 & x % s.Stride == 0 & outColumn < s.OutWidth;
                    if (reached)
                    {
                        int from = ((n * s.OutHeight + outRow) * s.OutWidth + outColumn) * s.Filters, weight = ((ky * s.KernelWidth + kx) * s.Channels + channel) * s.Filters;
                        for (int k = 0; k < s.Filters; k++)
                            sum += dy[from + k] * w[weight + k];
                    }
                }
            }

            dx[i] = sum;
        }
    }

    /// <summary>dw[ky,kx,c,k] = Σ x[n, oy·s − pt + ky, ox·s − pl + kx, c] · dy[n,oy,ox,k] over all outputs.</summary>
    public static void WeightGradientKernel(int length, ConvolutionShape s, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int filter = i % s.Filters, value = i / s.Filters, channel = value % s.Channels, kx = value / s.Channels % s.KernelWidth, ky = value / s.Channels / s.KernelWidth;
            float sum = 0f;
            for (int n = 0; n < s.Batch; n++)
            {
                for (int outRow = 0; outRow < s.OutHeight; outRow++)
                {
                    int row = outRow * s.Stride - s.PaddingTop + ky;
                    for (int outColumn = 0; outColumn < s.OutWidth; outColumn++)
                    {
                        int column = outColumn * s.Stride - s.PaddingLeft + kx;
                        if (row >= 0 & row < s.Height & column >= 0 & column < s.Width)
                        {
                            sum += x[((n * s.Height + row) * s.Width + column) * s.Channels + channel]
                                * dy[((n * s.OutHeight + outRow) * s.OutWidth + outColumn) * s.Filters + filter];
                        }
                    }
                }
            }

            dw[i] = sum;
        }
    }

    public Action BindForward(AcceleratorStream stream, ConvolutionShape shape, ArrayView<float> x, ArrayView<float> w, ArrayView<float> y) =>
        Bind(stream, ForwardKernel, shape, x, w, y);

    public Action BindInputGradient(AcceleratorStream stream, ConvolutionShape shape, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx) =>
        Bind(stream, InputGradientKernel, shape, dy, w, dx);

    public Action BindWeightGradient(AcceleratorStream stream, ConvolutionShape shape, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw) =>
        Bind(stream, WeightGradientKernel, shape, x, dy, dw);

    private Action Bind(
        AcceleratorStream stream, Action<int, ConvolutionShape, ArrayView<float>, ArrayView<float>, ArrayView<float>> kernel, ConvolutionShape shape,
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> c)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, ConvolutionShape, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(kernel);
        int length = c.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, shape, a, b, c);
    }
}
