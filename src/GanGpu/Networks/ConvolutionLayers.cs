using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Networks;

/// <summary>Convolutional layers.</summary>
public static class ConvolutionLayers
{
    /// <summary>
    /// The padding with which stride² pixels of the larger image belong to one of the smaller, as TensorFlow's "SAME": as many zeros
    /// as are needed, and where their number is odd, one more below and to the right than above and to the left.
    /// </summary>
    public const int Same = -1;

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
    /// <param name="padding">Rows and columns of zeros on each side; or <see cref="Same"/>, for ⌈side / stride⌉ pixels.</param>
    /// <param name="weight">How the weight starts.</param>
    /// <param name="bias">How the bias starts; null for none.</param>
    /// <param name="activation">f.</param>
    /// <exception cref="ArgumentException">The kernel does not fit into the padded image.</exception>
    public static FeatureMap Convolution(
        this FeatureMap x, Parameters parameters, string name, int filters, int kernel, int stride, int padding, Initializer weight, Initializer? bias = null, Activation activation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        (int height, int top) = OutSide(x.Height, kernel, stride, padding, name);
        (int width, int left) = OutSide(x.Width, kernel, stride, padding, name);
        ConvolutionShape shape = new(x.Batch, x.Height, x.Width, x.Channels, filters, kernel, kernel, stride, top, left, height, width);
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
    /// <param name="padding">Rows and columns that are cut off on each side; or <see cref="Same"/>, for side · stride pixels.</param>
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
        (int height, int top) = TransposedSide(x.Height, kernel, stride, padding, outputPadding, name);
        (int width, int left) = TransposedSide(x.Width, kernel, stride, padding, outputPadding, name);
        ConvolutionShape shape = new(x.Batch, height, width, filters, x.Channels, kernel, kernel, stride, top, left, x.Height, x.Width);
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

    /// <summary>Pixels of the result, and zeros before the first.</summary>
    private static (int Length, int Before) OutSide(int length, int kernel, int stride, int padding, string name)
    {
        bool fits = kernel >= 1 && stride >= 1 && padding >= Same;
        if (fits && padding == Same)
            return ((length + stride - 1) / stride, Before(length, (length + stride - 1) / stride, kernel, stride));
        return fits && length + (2 * padding) >= kernel
            ? (((length + (2 * padding) - kernel) / stride) + 1, padding)
            : throw new ArgumentException(FormattableString.Invariant($"The layer '{name}' has a kernel of {kernel} for a side of {length} pixels with padding {padding} and stride {stride}: it does not fit."));
    }

    private static (int Length, int Before) TransposedSide(int length, int kernel, int stride, int padding, int outputPadding, string name)
    {
        bool fits = kernel >= 1 && stride >= 1 && padding >= Same && outputPadding >= 0 && outputPadding < Math.Max(2, stride);
        if (fits && padding == Same && outputPadding == 0)
            return (checked(length * stride), Before(length * stride, length, kernel, stride));
        int result = fits && padding != Same ? checked(((length - 1) * stride) - (2 * padding) + kernel + outputPadding) : 0;
        return result >= 1
            ? (result, padding)
            : throw new ArgumentException(FormattableString.Invariant($"The layer '{name}' leaves nothing of a side of {length} pixels: kernel {kernel}, stride {stride}, padding {padding}, output padding {outputPadding}."));
    }

    /// <summary>The zeros before the first pixel, the smaller half of those that a convolution between these sides needs.</summary>
    private static int Before(int large, int small, int kernel, int stride) => Math.Max(0, ((small - 1) * stride) + kernel - large) / 2;
}
