using GanGpu.Benchmarks.Kernels;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Launching;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanGpu.Benchmarks.Convolution;

/// <summary>
/// The passes of a convolution on both sides; libtorch has its images and weights as it likes them, channels outside.
/// </summary>
internal static class ConvolutionPairs
{
    /// <summary>By the names of the passes.</summary>
    public static IReadOnlyDictionary<string, Func<Operands, ConvolutionShape, KernelPair>> All { get; } =
        new Dictionary<string, Func<Operands, ConvolutionShape, KernelPair>>
    {
        ["forward"] = Forward,
        ["transposed"] = Transposed,
        ["input gradient"] = InputGradient,
        ["weight gradient"] = WeightGradient,
    };

    /// <summary>A layer with bias and leaky ReLU.</summary>
    private static KernelPair Forward(Operands operands, ConvolutionShape s)
    {
        (Slice<float> x, Tensor tx) = Images(operands, s.Batch, s.Height, s.Width, s.Channels);
        (Slice<float> w, Tensor tw) = Weights(operands, s);
        (Slice<float> bias, Tensor tb) = operands.Input(s.Filters);
        Slice<float> y = operands.Output(s.OutPixels * s.Filters);
        Action ours = operands.Backend.Bind(
            new ConvolutionLaunch(s, x, w, y, new() { Bias = bias, Activation = Activation.LeakyRelu() }));
        return KernelPair.Of(operands, ours, [y], () =>
        {
            Tensor sums = functional.conv2d(tx, tw, tb, [s.Stride, s.Stride], [s.PaddingTop, s.PaddingLeft]);
            using Tensor activated = functional.leaky_relu(sums, 0.2, inplace: true);
            return [Turned(activated)];
        });
    }

    /// <summary>A transposed layer with bias and ReLU.</summary>
    private static KernelPair Transposed(Operands operands, ConvolutionShape s)
    {
        (Slice<float> dy, Tensor tdy) = Images(operands, s.Batch, s.OutHeight, s.OutWidth, s.Filters);
        (Slice<float> w, Tensor tw) = Weights(operands, s);
        (Slice<float> bias, Tensor tb) = operands.Input(s.Channels);
        Slice<float> dx = operands.Output(s.Pixels * s.Channels);
        Action ours = operands.Backend.Bind(
            new ConvolutionInputGradientLaunch(s, dy, w, dx, new() { Bias = bias, Activation = Activation.Relu }));
        return KernelPair.Of(operands, ours, [dx], () =>
        {
            Tensor sums = functional.conv_transpose2d(
                tdy, tw, tb, [s.Stride, s.Stride], [s.PaddingTop, s.PaddingLeft], Missing(s));
            using Tensor activated = functional.relu(sums, inplace: true);
            return [Turned(activated)];
        });
    }

    private static KernelPair InputGradient(Operands operands, ConvolutionShape s)
    {
        (_, Tensor tx) = Images(operands, s.Batch, s.Height, s.Width, s.Channels);
        (Slice<float> w, Tensor tw) = Weights(operands, s);
        (Slice<float> dy, Tensor tdy) = Images(operands, s.Batch, s.OutHeight, s.OutWidth, s.Filters);
        Slice<float> dx = operands.Output(s.Pixels * s.Channels);
        Action ours = operands.Backend.Bind(new ConvolutionInputGradientLaunch(s, dy, w, dx, default));
        Tensor x = tx.requires_grad_(true),
            y = operands.Own(functional.conv2d(x, tw, null, [s.Stride, s.Stride], [s.PaddingTop, s.PaddingLeft]));
        return KernelPair.Of(
            operands, ours, [dx], () => [Turned(autograd.grad([y], [x], [tdy], retain_graph: true)[0], owned: true)]);
    }

    /// <summary>With the bias gradient.</summary>
    private static KernelPair WeightGradient(Operands operands, ConvolutionShape s)
    {
        (Slice<float> x, Tensor tx) = Images(operands, s.Batch, s.Height, s.Width, s.Channels);
        (_, Tensor tw) = Weights(operands, s);
        (Slice<float> dy, Tensor tdy) = Images(operands, s.Batch, s.OutHeight, s.OutWidth, s.Filters);
        Slice<float> dw = operands.Output(s.PatchLength * s.Filters), db = operands.Output(s.Filters);
        Action ours =
            operands.Backend.Bind(new ConvolutionWeightGradientLaunch(s, x, dy, dw, new() { ColumnSums = db }));
        Tensor w = tw.requires_grad_(true), bias = operands.Own(zeros(s.Filters).requires_grad_(true));
        Tensor y = operands.Own(functional.conv2d(tx, w, bias, [s.Stride, s.Stride], [s.PaddingTop, s.PaddingLeft]));
        return KernelPair.Of(operands, ours, [dw, db], () =>
        {
            IList<Tensor> gradients = autograd.grad([y], [w, bias], [tdy], retain_graph: true);
            using Tensor theirs = gradients[0];
            return [theirs.permute(2, 3, 1, 0), gradients[1]];
        });
    }

    /// <summary>Rows and columns at the end of an image that no patch reaches.</summary>
    private static long[] Missing(ConvolutionShape s) =>
    [
        s.Height - ((s.OutHeight - 1) * s.Stride - (2 * s.PaddingTop) + s.KernelHeight),
        s.Width - ((s.OutWidth - 1) * s.Stride - (2 * s.PaddingLeft) + s.KernelWidth),
    ];

    private static (Slice<float> Ours, Tensor Theirs) Images(
        Operands operands, int batch, int height, int width, int channels)
    {
        (Slice<float> ours, Tensor rows) = operands.Input(batch, height, width, channels);
        return (ours, operands.Own(rows.permute(0, 3, 1, 2).contiguous()));
    }

    private static (Slice<float> Ours, Tensor Theirs) Weights(Operands operands, ConvolutionShape s)
    {
        (Slice<float> ours, Tensor rows) = operands.Input(s.KernelHeight, s.KernelWidth, s.Channels, s.Filters);
        return (ours, operands.Own(rows.permute(3, 2, 0, 1).contiguous()));
    }

    /// <summary>A view with the channels last, which costs nothing until it is compared.</summary>
    private static Tensor Turned(Tensor images, bool owned = false)
    {
        Tensor turned = images.permute(0, 2, 3, 1);
        if (owned)
            images.Dispose();
        return turned;
    }
}
