using GanGpu.Kernels.Convolution;

namespace GanGpu.Tests.Reference;

/// <summary>
/// Convolutions as the formula stands: each product of a pixel, a weight and a result, added to whichever is wanted.
/// </summary>
internal static class ReferenceConvolution
{
    public static double[] Forward(ConvolutionShape shape, double[] x, double[] w)
    {
        double[] y = new double[shape.OutPixels * shape.Filters];
        ForEach(shape, (i, j, k) => y[k] += x[i] * w[j]);
        return y;
    }

    public static double[] InputGradient(ConvolutionShape shape, double[] dy, double[] w)
    {
        double[] dx = new double[shape.Pixels * shape.Channels];
        ForEach(shape, (i, j, k) => dx[i] += dy[k] * w[j]);
        return dx;
    }

    public static double[] WeightGradient(ConvolutionShape shape, double[] x, double[] dy)
    {
        double[] dw = new double[shape.PatchLength * shape.Filters];
        ForEach(shape, (i, j, k) => dw[j] += x[i] * dy[k]);
        return dw;
    }

    private static void ForEach(ConvolutionShape s, Action<int, int, int> term)
    {
        for (int n = 0; n < s.Batch; n++)
            for (int oy = 0; oy < s.OutHeight; oy++)
                for (int ox = 0; ox < s.OutWidth; ox++)
                    for (int ky = 0; ky < s.KernelHeight; ky++)
                        for (int kx = 0; kx < s.KernelWidth; kx++)
                        {
                            int y = (oy * s.Stride) - s.PaddingTop + ky, x = (ox * s.Stride) - s.PaddingLeft + kx;
                            if (y < 0 || y >= s.Height || x < 0 || x >= s.Width)
                                continue;
                            for (int c = 0; c < s.Channels; c++)
                                for (int k = 0; k < s.Filters; k++)
                                {
                                    term(
                                        (((((n * s.Height) + y) * s.Width) + x) * s.Channels) + c,
                                        (((((ky * s.KernelWidth) + kx) * s.Channels) + c) * s.Filters) + k,
                                        (((((n * s.OutHeight) + oy) * s.OutWidth) + ox) * s.Filters) + k);
                                }
                        }
    }
}
