using GanGpu.Data;
using GanGpu.Kernels.Numerics;

namespace GanGpu.PyTorch;

/// <summary>Modules of PyTorch for images, one after the other, as the layers of this library's networks are.</summary>
/// <param name="size">The size of the images that go in.</param>
internal sealed class TorchLayers(SampleShape size)
{
    private readonly List<TorchModule> layers = [];

    /// <summary>The size of the images so far.</summary>
    public SampleShape Size { get; private set; } = size;

    /// <summary>All of it as one module.</summary>
    public TorchModule Sequential => TorchModule.Sequential(layers);

    public IReadOnlyList<TorchModule> All => layers;

    /// <summary>Adds a module that keeps the size.</summary>
    public TorchLayers Add(TorchModule layer)
    {
        layers.Add(layer);
        return this;
    }

    public TorchLayers Add(Activation activation) => activation.Kind == ActivationKind.Identity ? this
        : Add(TorchModule.Of(activation));

    /// <summary>Adds a module with another size as its result.</summary>
    public TorchLayers Add(TorchModule layer, SampleShape size)
    {
        Size = size;
        return Add(layer);
    }

    public TorchLayers BatchNorm(string name, Activation activation = default, float epsilon = 1e-5f) =>
        Add(TorchModule.BatchNorm(name, Size.Channels, epsilon, images: true)).Add(activation);

    /// <summary>From vectors to the images of <see cref="Size"/>, by a linear layer.</summary>
    public TorchLayers FromVectors(string name, int inputs, bool bias, Activation activation = default)
    {
        SampleShape image = Size;
        return Add(TorchModule.Linear(name, inputs, image.Length, bias, outputPlaces: () => Places.OfImage(image)))
            .Add(activation)
            .Add(new TorchModule($"nn.Unflatten(1, ({image.Channels}, {image.Height}, {image.Width}))"));
    }

    /// <summary>From images to vectors, by a linear layer.</summary>
    public TorchLayers ToVectors(string name, int outputs, bool bias)
    {
        SampleShape image = Size;
        return Add(new TorchModule("nn.Flatten()"))
            .Add(TorchModule.Linear(name, image.Length, outputs, bias, inputPlaces: () => Places.OfImage(image)));
    }

    /// <summary>As <see cref="Networks.ConvolutionLayers.SameConvolution"/>.</summary>
    public TorchLayers SameConvolution(
        string name, int filters, int kernel, int stride, bool bias = true, Activation activation = default)
    {
        (int height, int width) = ((Size.Height + stride - 1) / stride, (Size.Width + stride - 1) / stride);
        (int top, int bottom) = Padding(Size.Height, height, kernel, stride);
        (int left, int right) = Padding(Size.Width, width, kernel, stride);
        return Convolution(
            name, filters, kernel, stride, (left, right, top, bottom), new(height, width, filters), bias,
            spectral: false).Add(activation);
    }

    /// <summary>As <see cref="Networks.ConvolutionLayers.ConvolutionTo"/>.</summary>
    public TorchLayers ConvolutionTo(
        string name, int filters, int kernel, int height, int width, bool bias = true, bool spectral = false)
    {
        int before = kernel / 2, after = kernel - 1 - before;
        return Convolution(
            name, filters, kernel, 1, (before, after + width - Size.Width, before, after + height - Size.Height),
            new(height, width, filters), bias, spectral);
    }

    /// <summary>As <see cref="Networks.ConvolutionLayers.SameTransposedConvolution"/>.</summary>
    public TorchLayers SameTransposedConvolution(
        string name, int filters, int kernel, int stride, int height, int width, bool bias = true,
        Activation activation = default)
    {
        (int top, int bottom) = Padding(height, Size.Height, kernel, stride);
        (int left, int right) = Padding(width, Size.Width, kernel, stride);
        int channels = Size.Channels;
        Add(new TorchModule(
            $"nn.ConvTranspose2d({channels}, {filters}, {kernel}, " +
            $"stride={stride}{Pair("padding", top, left)}{(bias ? "" : ", bias=False")})")
        {
            KerasType = "conv2d_transpose",
            Tensors = TorchModule.WithBias(
                name, Kernel(name, [channels, filters, kernel, kernel], [kernel, kernel, filters, channels]),
                bias, filters),
        });
        // PyTorch cuts off as much on both sides; what is left over lies below and to the right, and negative padding
        // takes it away.
        if ((top, left) != (bottom, right))
            Add(Pad((0, left - right, 0, top - bottom)));
        Size = new(height, width, filters);
        return Add(activation);
    }

    /// <summary>Rows of zeros before and after an image, as TensorFlow's padding "SAME" has them.</summary>
    private static (int Before, int After) Padding(int length, int outLength, int kernel, int stride)
    {
        int all = Math.Max(0, ((outLength - 1) * stride) + kernel - length);
        return (all / 2, all - (all / 2));
    }

    private static TorchModule Pad((int Left, int Right, int Top, int Bottom) sides) =>
        new($"nn.ZeroPad2d(({sides.Left}, {sides.Right}, {sides.Top}, {sides.Bottom}))");

    private static string Pair(string name, int rows, int columns) => (rows, columns) == (0, 0) ? "" : rows == columns
        ? $", {name}={rows}" : $", {name}=({rows}, {columns})";

    /// <summary>
    /// From [outputs, inputs, height, width], and for a transposed convolution [inputs, outputs, height, width], the
    /// other way round here.
    /// </summary>
    private static TorchTensor Kernel(string name, int[] shape, int[] here) => new("weight", shape, $"{name}.weight")
    {
        Places = () => Places.OfAxes(here, [3, 2, 0, 1]),
        KerasName = "kernel",
        KerasShape = here,
    };

    private TorchLayers Convolution(
        string name, int filters, int kernel, int stride, (int Left, int Right, int Top, int Bottom) padding,
        SampleShape size, bool bias, bool spectral)
    {
        bool even = padding.Left == padding.Right && padding.Top == padding.Bottom;
        if (!even)
            Add(Pad(padding));
        int channels = Size.Channels;
        string settings = (stride == 1 ? "" : $", stride={stride}")
            + (even ? Pair("padding", padding.Top, padding.Left) : "") + (bias ? "" : ", bias=False");
        return Add(
            new TorchModule($"nn.Conv2d({channels}, {filters}, {kernel}{settings})")
            {
                KerasType = "conv2d",
                Tensors = TorchModule.WithBias(
                    name, Kernel(name, [filters, channels, kernel, kernel], [kernel, kernel, channels, filters]) with
                    {
                        SpectralState = spectral ? $"{name}.u" : null
                    }, bias, filters),
            },
            size);
    }
}
