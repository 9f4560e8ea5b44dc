using System.Globalization;
using GanGpu.Graph;
using GanGpu.Kernels.Convolution;

namespace GanGpu.Networks;

// Convolutions.
public static partial class Layers
{
    /// <summary>
    /// A convolution, y = f(x ∗ w + b), as PyTorch's Conv2d: ⌊(height + 2·padding − kernel) / stride⌋ + 1 rows of
    /// pixels come out. The weight "<paramref name="name"/>.weight" is [kernel · kernel · channels, filters], its rows
    /// (row of the kernel, column, channel); the bias "<paramref name="name"/>.bias" [1, filters].
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="options">The kernel, how the weight and the bias start, and f.</param>
    /// <exception cref="ArgumentException">The kernel does not fit into the padded image, there are no filters, the
    /// options have an output padding, or the network has another parameter of a name.</exception>
    public static FeatureMap Convolution(
        this FeatureMap x, Parameters parameters, string name, int filters, ConvolutionOptions options)
    {
        CheckConvolution(x, parameters, name, options, pads: true);
        (int kernel, int stride, int padding) = (options.Kernel, options.Stride, options.Padding);
        (int height, int width) =
            (OutSide(x.Height, kernel, stride, padding, name), OutSide(x.Width, kernel, stride, padding, name));
        return Convolved(
            x, parameters, name,
            new(x.Batch, x.Height, x.Width, x.Channels, filters, new(kernel, kernel, stride, padding, padding), height,
                width), options);
    }

    /// <summary>
    /// A convolution with TensorFlow's padding "SAME": ⌈height / stride⌉ rows of pixels come out, and of the zeros on
    /// both sides one more lies below where their number is odd. With a kernel of 4 and a stride of 2, and sides that
    /// are even, that is PyTorch's with a padding of 1.
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="options">The kernel, how the weight and the bias start, and f.</param>
    /// <exception cref="ArgumentException">The kernel, the stride or the filters are less than 1, the options have a
    /// padding, or the network has another parameter of a name.</exception>
    public static FeatureMap SameConvolution(
        this FeatureMap x, Parameters parameters, string name, int filters, ConvolutionOptions options)
    {
        CheckConvolution(x, parameters, name, options);
        return Convolved(
            x, parameters, name,
            Same(x.Batch, x.Height, x.Width, x.Channels, filters, options.Kernel, options.Stride), options);
    }

    /// <summary>
    /// The transpose of <see cref="SameConvolution"/>, to images of a size that would be brought to that of x.
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="options">The kernel, how the weight and the bias start, and f.</param>
    /// <param name="height">Rows of pixels of the result: ⌈height / stride⌉ are those of x.</param>
    /// <param name="width">Pixels in a row of the result.</param>
    /// <exception cref="ArgumentException">Images of that size have not the size of x after the convolution, the
    /// kernel, the stride or the filters are less than 1, the options have a padding, or the network has another
    /// parameter of a name.</exception>
    public static FeatureMap SameTransposedConvolution(
        this FeatureMap x, Parameters parameters, string name, int filters, ConvolutionOptions options, int height,
        int width)
    {
        CheckConvolution(x, parameters, name, options);
        ConvolutionShape shape = Same(x.Batch, height, width, filters, x.Channels, options.Kernel, options.Stride);
        if ((shape.OutHeight, shape.OutWidth) != (x.Height, x.Width))
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The layer '{name}' can't make images of {height}x{width} of those of {x.Height}x{x.Width} with " +
                    $"a stride of {options.Stride}."));
        return Transposed(x, parameters, name, shape, options);
    }

    /// <summary>
    /// A transposed convolution as PyTorch's ConvTranspose2d: (height − 1)·stride − 2·padding + kernel + outputPadding
    /// rows of pixels come out. The weight "<paramref name="name"/>.weight" is that of the convolution it transposes,
    /// [kernel · kernel · filters, channels]; the bias "<paramref name="name"/>.bias" [1, filters].
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="options">The kernel, how the weight and the bias start, and f.</param>
    /// <exception cref="ArgumentException">Nothing would be left of the image, the kernel, the stride or the filters
    /// are less than 1, the output padding is not below the stride, or the network has another parameter of a
    /// name.</exception>
    public static FeatureMap TransposedConvolution(
        this FeatureMap x, Parameters parameters, string name, int filters, ConvolutionOptions options)
    {
        CheckConvolution(x, parameters, name, options, pads: true, padsOutput: true);
        (int kernel, int stride, int padding, int outputPadding) =
            (options.Kernel, options.Stride, options.Padding, options.OutputPadding);
        int height = ((x.Height - 1) * stride) - (2 * padding) + kernel + outputPadding,
            width = ((x.Width - 1) * stride) - (2 * padding) + kernel + outputPadding;
        if (height < 1 || width < 1 || outputPadding < 0 || outputPadding >= Math.Max(2, stride))
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The layer '{name}' leaves nothing of images of {x.Height}x{x.Width}: kernel {kernel}, stride " +
                    $"{stride}, padding {padding}, output padding {outputPadding}."));
        return Transposed(
            x, parameters, name,
            new(x.Batch, height, width, filters, x.Channels, new(kernel, kernel, stride, padding, padding), x.Height,
                x.Width), options);
    }

    /// <summary>f of every value.</summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="activation">f.</param>
    public static FeatureMap Activate(this FeatureMap x, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.With(new Activate(x.Tensor, activation).Output);
    }

    /// <summary>
    /// A convolution of stride 1 to images of a size that is that of x, or nearly so: rows and columns too many are cut
    /// off below and to the right, those too few are made of the zeros around x.
    /// </summary>
    /// <param name="x">A batch of images.</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="options">
    /// The kernel, of an odd number of rows and columns, how the weight and the bias start, and f.
    /// </param>
    /// <param name="height">Rows of pixels of the result.</param>
    /// <param name="width">Pixels in a row of the result.</param>
    /// <param name="spectral">Whether the weight is spectrally normalised, see <see cref="SpectralNorm"/>.</param>
    internal static FeatureMap ConvolutionTo(
        this FeatureMap x, Parameters parameters, string name, int filters, ConvolutionOptions options, int height,
        int width, bool spectral = false)
    {
        CheckConvolution(x, parameters, name, options);
        int kernel = options.Kernel;
        return Convolved(
            x, parameters, name,
            new(x.Batch, x.Height, x.Width, x.Channels, filters, new(kernel, kernel, 1, kernel / 2, kernel / 2), height,
                width), options, spectral);
    }

    private static FeatureMap Convolved(
        FeatureMap x, Parameters parameters, string name, ConvolutionShape shape, ConvolutionOptions options,
        bool spectral = false)
    {
        Tensor w = parameters.Get(
            $"{name}.weight", new Shape(shape.PatchLength, shape.Filters),
            options.Weight.For(shape.PatchLength, shape.KernelHeight * shape.KernelWidth * shape.Filters));
        if (spectral)
            w = w.SpectralNorm(parameters, name);
        // A kernel as large as the image is a matrix product.
        Tensor y = IsWhole(shape) && !parameters.Traced ? new MatMul(x.Flatten(), w).Output
            : new Convolution(x.Tensor, w, shape).Output;
        return new FeatureMap(
            WithBias(y, parameters, name, shape.PatchLength, options), shape.Batch, shape.OutHeight,
            shape.OutWidth);
    }

    private static FeatureMap Transposed(
        FeatureMap x, Parameters parameters, string name, ConvolutionShape shape, ConvolutionOptions options)
    {
        int fanIn = shape.KernelHeight * shape.KernelWidth * shape.Filters;
        Tensor w = parameters.Get(
            $"{name}.weight", new Shape(shape.PatchLength, shape.Filters),
            options.Weight.For(fanIn, shape.PatchLength));
        Tensor y = IsWhole(shape) && !parameters.Traced
            ? new Reshape(new MatMul(x.Tensor, w, false, true).Output, new Shape(shape.Pixels, shape.Channels)).Output
            : new ConvolutionInputGradient(x.Tensor, w, shape).Output;
        return new FeatureMap(
            WithBias(y, parameters, name, fanIn, options), shape.Batch, shape.Height, shape.Width);
    }

    private static ConvolutionShape Same(
        int batch, int height, int width, int channels, int filters, int kernel, int stride)
    {
        (int outHeight, int outWidth) = ((height + stride - 1) / stride, (width + stride - 1) / stride);
        return new(
            batch, height, width, channels, filters,
            new(kernel, kernel, stride, Before(height, outHeight), Before(width, outWidth)), outHeight, outWidth);

        int Before(int length, int outLength) => Math.Max(0, ((outLength - 1) * stride) + kernel - length) / 2;
    }

    private static bool IsWhole(ConvolutionShape shape) =>
        shape is { OutHeight: 1, OutWidth: 1, PaddingTop: 0, PaddingLeft: 0 }
            && (shape.Height, shape.Width) == (shape.KernelHeight, shape.KernelWidth);

    private static Tensor WithBias(
        Tensor y, Parameters parameters, string name, int fanIn, ConvolutionOptions options)
    {
        if (options.Bias is { } initializer)
            y = new AddBias(
                y, parameters.Get(
                    $"{name}.bias", new Shape(1, y.Shape.Columns), initializer.For(fanIn, y.Shape.Columns))).Output;
        return parameters.Expose(name, Activated(y, options.Activation));
    }

    private static void CheckConvolution(
        FeatureMap x, Parameters parameters, string name, ConvolutionOptions options, bool pads = false,
        bool padsOutput = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Padding != 0 && !pads)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The layer '{name}' works out its padding itself, but is given one of {options.Padding}."));
        if (options.OutputPadding != 0 && !padsOutput)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The layer '{name}' has no output padding, but is given one of {options.OutputPadding}."));
        if (options.Kernel < 1 || options.Stride < 1)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The layer '{name}' has a kernel of {options.Kernel} and a stride of {options.Stride}: both must be " +
                    $"at least 1."));
    }

    private static int OutSide(int length, int kernel, int stride, int padding, string name) =>
        length + (2 * padding) >= kernel && kernel >= 1 && stride >= 1 && padding >= 0
        ? ((length + (2 * padding) - kernel) / stride) + 1
        : throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture,
                $"The layer '{name}' has a kernel of {kernel} for a side of {length} pixels with padding {padding} " +
                $"and stride {stride}: it does not fit."));
}
