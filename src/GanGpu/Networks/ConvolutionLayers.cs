using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Networks;

/// <summary>Convolutional layers.</summary>
public static class ConvolutionLayers
{
    /// <summary>
    /// A convolution, y = f(x ∗ w + b), as PyTorch's Conv2d: ⌊(height + 2·padding − kernel) / stride⌋ + 1 rows of pixels come out.
    /// The weight "<paramref name="name"/>.weight" is [kernel · kernel · channels, filters], its rows (row of the kernel, column,
    /// channel); the bias "<paramref name="name"/>.bias" [1, filters].
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="stride">Pixels from one patch to the next.</param>
    /// <param name="padding">Rows and columns of zeros on each side.</param>
    /// <param name="weight">How the weight starts.</param>
    /// <param name="bias">How the bias starts; null for none.</param>
    /// <param name="activation">f.</param>
    /// <exception cref="ArgumentException">The kernel does not fit into the padded image.</exception>
    public static FeatureMap Convolution(
        this FeatureMap x, Parameters parameters, string name, int filters, int kernel, int stride, int padding, Initializer weight, Initializer? bias = null, Activation activation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        (int height, int width) = (OutSide(x.Height, kernel, stride, padding, name), OutSide(x.Width, kernel, stride, padding, name));
        ConvolutionShape shape = new(x.Batch, x.Height, x.Width, x.Channels, filters, kernel, kernel, stride, padding, padding, height, width);
        Tensor w = parameters.Get($"{name}.weight", new Shape(shape.PatchLength, filters), weight.For(shape.PatchLength, kernel * kernel * filters));
        // A kernel as large as the image is a matrix product.
        Tensor y = IsWhole(shape)
            ? new MatMul(x.Flatten(), w).Output
            : new Convolution(x.Tensor, w, shape).Output;
        return new FeatureMap(Finish(y, parameters, name, bias, activation), x.Batch, height, width);
    }

    /// <summary>
    /// A transposed convolution as PyTorch's ConvTranspose2d: (height − 1)·stride − 2·padding + kernel + outputPadding rows of
    /// pixels come out. The weight "<paramref name="name"/>.weight" is that of the convolution it transposes, [kernel · kernel ·
    /// filters, channels]; the bias "<paramref name="name"/>.bias" [1, filters].
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="stride">Pixels of the result from one of x to the next.</param>
    /// <param name="padding">Rows and columns that are cut off on each side.</param>
    /// <param name="weight">How the weight starts.</param>
    /// <param name="bias">How the bias starts; null for none.</param>
    /// <param name="activation">f.</param>
    /// <param name="outputPadding">Rows and columns more below and to the right, 0 to stride − 1.</param>
    /// <exception cref="ArgumentException">Nothing would be left of the image.</exception>
    public static FeatureMap TransposedConvolution(
        this FeatureMap x, Parameters parameters, string name, int filters, int kernel, int stride, int padding, Initializer weight, Initializer? bias = null, Activation activation = default,
        int outputPadding = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        int height = ((x.Height - 1) * stride) - (2 * padding) + kernel + outputPadding, width = ((x.Width - 1) * stride) - (2 * padding) + kernel + outputPadding;
        if (height < 1 || width < 1 || outputPadding < 0 || outputPadding >= Math.Max(2, stride))
            throw new ArgumentException(FormattableString.Invariant($"The layer '{name}' leaves nothing of images of {x.Height}x{x.Width}: kernel {kernel}, stride {stride}, padding {padding}, output padding {outputPadding}."));
        ConvolutionShape shape = new(x.Batch, height, width, filters, x.Channels, kernel, kernel, stride, padding, padding, x.Height, x.Width);
        Tensor w = parameters.Get($"{name}.weight", new Shape(shape.PatchLength, x.Channels), weight.For(kernel * kernel * x.Channels, shape.PatchLength));
        Tensor y = IsWhole(shape)
            ? new Reshape(new MatMul(x.Tensor, w, false, true).Output, new Shape(shape.Pixels, filters)).Output
            : new ConvolutionInputGradient(x.Tensor, w, shape).Output;
        return new FeatureMap(Finish(y, parameters, name, bias, activation), x.Batch, height, width);
    }

    /// <summary>f of every value.</summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="activation">f.</param>
    public static FeatureMap Activate(this FeatureMap x, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.With(new Activate(x.Tensor, activation).Output);
    }

    private static bool IsWhole(ConvolutionShape shape) =>
        shape is { OutHeight: 1, OutWidth: 1, PaddingTop: 0, PaddingLeft: 0 } && (shape.Height, shape.Width) == (shape.KernelHeight, shape.KernelWidth);

    private static Tensor Finish(Tensor y, Parameters parameters, string name, Initializer? bias, Activation activation)
    {
        if (bias is { } initializer)
            y = new AddBias(y, parameters.Get($"{name}.bias", new Shape(1, y.Shape.Columns), initializer)).Output;
        return activation.Kind == ActivationKind.Identity ? y : new Activate(y, activation).Output;
    }

    private static int OutSide(int length, int kernel, int stride, int padding, string name) => length + (2 * padding) >= kernel && kernel >= 1 && stride >= 1 && padding >= 0
        ? ((length + (2 * padding) - kernel) / stride) + 1
        : throw new ArgumentException(FormattableString.Invariant($"The layer '{name}' has a kernel of {kernel} for a side of {length} pixels with padding {padding} and stride {stride}: it does not fit."));
}
