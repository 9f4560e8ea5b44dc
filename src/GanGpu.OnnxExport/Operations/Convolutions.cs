using GanGpu.Graph;
using GanGpu.Kernels.Convolution;
using GanGpu.Networks;
using GanGpu.OnnxExport.Format;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>
/// Convolutions and transposed ones: those are what the gradient of a convolution's input is computed by.
/// </summary>
internal static class Convolutions
{
    public static void Forward(NetworkTranslation network, Convolution convolution)
    {
        ConvolutionShape s = convolution.ConvolutionShape;
        string x = network[convolution.Inputs[0]].Images(new ImageSize(s.Channels, s.Height, s.Width));
        // What the last pixels of the result lie beyond the image; negative where rows or columns are left out.
        int bottom = ((s.OutHeight - 1) * s.Stride) + s.KernelHeight - s.Height - s.PaddingTop,
            right = ((s.OutWidth - 1) * s.Stride) + s.KernelWidth - s.Width - s.PaddingLeft;
        string y = network.Graph.Node(
            "Conv", [x, Weight(network, convolution, s)], Kernel(s), Strides(s),
            OnnxAttribute.Of("pads", s.PaddingTop, s.PaddingLeft, Math.Max(0, bottom), Math.Max(0, right)));
        if (Fitting(s.Height, s.PaddingTop, bottom, s.KernelHeight, s.Stride) > s.OutHeight
            || Fitting(s.Width, s.PaddingLeft, right, s.KernelWidth, s.Stride) > s.OutWidth)
            y = Cropped(network, y, s.OutHeight, s.OutWidth);
        network.Put(
            convolution.Output, Content.OfImages(network.Graph, new ImageSize(s.Filters, s.OutHeight, s.OutWidth), y));
    }

    public static void Transposed(NetworkTranslation network, ConvolutionInputGradient convolution)
    {
        ConvolutionShape s = convolution.ConvolutionShape;
        string y = network[convolution.Inputs[0]].Images(new ImageSize(s.Filters, s.OutHeight, s.OutWidth));
        int bottom = ((s.OutHeight - 1) * s.Stride) + s.KernelHeight - s.Height - s.PaddingTop,
            right = ((s.OutWidth - 1) * s.Stride) + s.KernelWidth - s.Width - s.PaddingLeft;
        string x = network.Graph.Node(
            "ConvTranspose",
            [y, Weight(network, convolution, s)],
            Kernel(s),
            Strides(s),
            OnnxAttribute.Of("pads", s.PaddingTop, s.PaddingLeft, Math.Max(0, bottom), Math.Max(0, right)),
            OnnxAttribute.Of("output_padding", Math.Max(0, -bottom), Math.Max(0, -right)));
        network.Put(
            convolution.Output, Content.OfImages(network.Graph, new ImageSize(s.Channels, s.Height, s.Width), x));
    }

    /// <summary>
    /// [kernel row, column, channel, filter] as [filter, channel, row, column]: the layout of both operators.
    /// </summary>
    private static string Weight(NetworkTranslation network, Operation convolution, ConvolutionShape s)
    {
        Tensor weight = convolution.Inputs[1];
        if (!network.IsConstant(weight))
            throw NetworkTranslation.Untranslatable(convolution, "its weight depends on samples");
        float[] from = network.NumbersOf(weight), to = new float[from.Length];
        int taps = s.KernelHeight * s.KernelWidth;
        for (int tap = 0; tap < taps; tap++)
        {
            for (int channel = 0; channel < s.Channels; channel++)
            {
                for (int filter = 0; filter < s.Filters; filter++)
                    to[(((filter * s.Channels) + channel) * taps) + tap] =
                        from[(((tap * s.Channels) + channel) * s.Filters) + filter];
            }
        }

        return network.Constant(weight, to, s.Filters, s.Channels, s.KernelHeight, s.KernelWidth);
    }

    private static int Fitting(int side, int before, int after, int kernel, int stride) =>
        ((side + before + Math.Max(0, after) - kernel) / stride) + 1;

    private static string Cropped(NetworkTranslation network, string y, int height, int width) =>
        network.Graph.Node(
            "Slice",
            [y, network.Graph.Constant("from", 0, 0), network.Graph.Constant("to", height, width),
                network.Graph.Constant("axes", 2, 3)]);

    private static AttributeProto Kernel(ConvolutionShape s) =>
        OnnxAttribute.Of("kernel_shape", s.KernelHeight, s.KernelWidth);

    private static AttributeProto Strides(ConvolutionShape s) => OnnxAttribute.Of("strides", s.Stride, s.Stride);
}
