using GanGpu.Kernels.Convolution;
using GanGpu.Networks;

namespace GanGpu.PyTorch;

/// <summary>A weight of a layer.</summary>
/// <param name="Matrix">This library's parameter.</param>
/// <param name="SpectralState">The state by which it is spectrally normalised; null where it is not.</param>
/// <param name="Bias">The bias of its layer; null for none.</param>
internal sealed record LayerWeight(Tensor Matrix, Tensor? SpectralState, Tensor? Bias);

/// <summary>Modules of PyTorch with the values of this library's layers.</summary>
internal static class TorchLayers
{
    /// <summary>From vectors to vectors.</summary>
    public static TorchModule Linear(LayerWeight weight, VectorOrder inputs, VectorOrder outputs)
    {
        (int rows, int columns) = weight.Matrix.Shape;
        return Weighted(
            $"nn.Linear({rows}, {columns}", "dense", weight, [columns, rows], [rows, columns],
            () => Places.OfLinear(inputs.Places(), outputs.Places()), outputs);
    }

    /// <summary>From images to one pixel each, or from each of their pixels where that is the size.</summary>
    public static TorchModule WholeConvolution(LayerWeight weight, SampleShape size)
    {
        (int rows, int columns) = weight.Matrix.Shape;
        (int height, int width, int channels) = size;
        return Weighted(
            $"nn.Conv2d({channels}, {columns}, {Sides(height, width)}", "dense", weight,
            [columns, channels, height, width], [rows, columns],
            () => Places.OfAxes([height, width, channels, columns], [3, 2, 0, 1]));
    }

    /// <summary>From images of one pixel to larger ones.</summary>
    public static TorchModule WholeTransposedConvolution(LayerWeight weight, SampleShape size)
    {
        (int rows, int columns) = weight.Matrix.Shape;
        (int height, int width, int channels) = size;
        return Weighted(
            $"nn.ConvTranspose2d({rows}, {channels}, {Sides(height, width)}", "dense", weight,
            [rows, channels, height, width], [rows, columns],
            () => Places.OfAxes([rows, height, width, channels], [0, 3, 1, 2]));
    }

    /// <summary>A convolution, and the zeros before it where they are not as many on both sides.</summary>
    public static IEnumerable<TorchModule> Convolution(LayerWeight weight, ConvolutionShape s)
    {
        (bool even, int above, int below) = Zeros(s.Height, s.OutHeight, s.KernelHeight, s.Stride, s.PaddingTop);
        (bool evenToo, int left, int right) = Zeros(s.Width, s.OutWidth, s.KernelWidth, s.Stride, s.PaddingLeft);
        even &= evenToo;
        if (!even)
            yield return Pad(left, right, above, below);
        yield return Weighted(
            $"nn.Conv2d({s.Channels}, {s.Filters}, {Sides(s.KernelHeight, s.KernelWidth)}"
            + (s.Stride == 1 ? "" : $", stride={s.Stride}") + (even ? Setting("padding", above, left) : ""),
            "conv2d", weight, [s.Filters, s.Channels, s.KernelHeight, s.KernelWidth],
            [s.KernelHeight, s.KernelWidth, s.Channels, s.Filters]);
    }

    /// <summary>
    /// A transposed convolution. PyTorch cuts off as much on both sides; what is left over lies below and to the right,
    /// and negative padding takes it away.
    /// </summary>
    /// <returns>Null where PyTorch has none such.</returns>
    public static IReadOnlyList<TorchModule>? TransposedConvolution(LayerWeight weight, ConvolutionShape s)
    {
        int below = s.Height - (((s.OutHeight - 1) * s.Stride) - (2 * s.PaddingTop) + s.KernelHeight),
            right = s.Width - (((s.OutWidth - 1) * s.Stride) - (2 * s.PaddingLeft) + s.KernelWidth);
        if (Math.Max(below, right) >= Math.Max(1, s.Stride))
            return null;
        TorchModule layer = Weighted(
            $"nn.ConvTranspose2d({s.Filters}, {s.Channels}, {Sides(s.KernelHeight, s.KernelWidth)}, stride={s.Stride}"
            + Setting("padding", s.PaddingTop, s.PaddingLeft)
            + Setting("output_padding", Math.Max(0, below), Math.Max(0, right)),
            "conv2d_transpose", weight, [s.Filters, s.Channels, s.KernelHeight, s.KernelWidth],
            [s.KernelHeight, s.KernelWidth, s.Channels, s.Filters]);
        return below >= 0 && right >= 0 ? [layer] : [layer, Pad(0, Math.Min(0, right), 0, Math.Min(0, below))];
    }

    /// <summary>A batch norm of images, or of vectors.</summary>
    /// <param name="affine">Scale, shift, and the running mean and variance.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="vectors">The order of vectors; null for images.</param>
    public static TorchModule BatchNorm(ReadOnlySpan<Tensor> affine, float epsilon, VectorOrder? vectors)
    {
        int columns = affine[0].Shape.Columns;
        string settings = epsilon == 1e-5f ? "" : $", eps={TorchModule.Number(epsilon)}";
        return new($"nn.BatchNorm{(vectors is null ? 2 : 1)}d({columns}{settings})")
        {
            KerasType = "batch_normalization",
            Tensors = [.. ScaleAndShift(affine, vectors), .. Moments("", affine[2], affine[3], vectors)],
        };
    }

    /// <summary>A batch norm of images with a scale and a shift of each class.</summary>
    public static TorchModule ClassNorm(Tensor scales, Tensor shifts, Tensor mean, Tensor variance, float epsilon)
    {
        (int classes, int channels) = scales.Shape;
        return new($"ClassNorm({classes}, {channels}, eps={TorchModule.Number(epsilon)})")
        {
            Class = TorchClasses.Labelled,
            TakesLabels = true,
            Tensors =
            [
                .. Moments("norm.", mean, variance, null), new("scale.weight", [classes, channels], scales),
                new("shift.weight", [classes, channels], shifts),
            ],
        };
    }

    /// <summary>A layer norm of vectors, or of images by all their values, which PyTorch calls a group norm.</summary>
    public static TorchModule LayerNorm(ReadOnlySpan<Tensor> affine, float epsilon, VectorOrder? vectors) =>
        new((vectors is null ? "nn.GroupNorm(1, " : "nn.LayerNorm(")
            + $"{affine[0].Shape.Columns}, eps={TorchModule.Number(epsilon)})")
        {
            KerasType = vectors is null ? null : "layer_normalization",
            Tensors = [.. ScaleAndShift(affine, vectors)],
        };

    /// <summary>A vector for each class.</summary>
    public static TorchModule Embedding(LayerWeight weight, VectorOrder outputs)
    {
        (int classes, int size) = weight.Matrix.Shape;
        return new($"nn.Embedding({classes}, {size})")
        {
            KerasType = "embedding",
            Tensors =
            [
                new("weight", [classes, size], weight.Matrix)
                {
                    Places = () =>
                    {
                        int[] columns = outputs.Places();
                        return [.. Enumerable.Range(0, checked(classes * size))
                            .Select(i => (i / size * size) + columns[i % size])];
                    },
                    KerasName = "embeddings",
                    SpectralState = weight.SpectralState,
                },
            ],
        };
    }

    /// <summary>A function of each value; null where PyTorch has none such.</summary>
    public static TorchModule? Function(Activation activation) => activation.Kind switch
    {
        ActivationKind.LeakyRelu => new($"nn.LeakyReLU({TorchModule.Number(activation.Leak)})"),
        ActivationKind.Relu => new("nn.ReLU()"),
        ActivationKind.Tanh => new("nn.Tanh()"),
        ActivationKind.Sigmoid => new("nn.Sigmoid()"),
        ActivationKind.Identity => new("nn.Identity()"),
        _ => null,
    };

    /// <summary>factor · x + offset.</summary>
    public static TorchModule Affine(float factor, float offset) =>
        new($"Affine({TorchModule.Number(factor)}, {TorchModule.Number(offset)})") { Class = TorchClasses.Affine };

    private static TorchModule Weighted(
        string code, string keras, LayerWeight weight, int[] shape, int[] here, Func<int[]>? places = null,
        VectorOrder? outputs = null)
    {
        TorchTensor matrix = new("weight", shape, weight.Matrix)
        {
            // From [outputs, inputs, height, width], and for a transposed convolution [inputs, outputs, height, width],
            // the other way round here.
            Places = places ?? (() => Places.OfAxes(here, [3, 2, 0, 1])),
            KerasName = "kernel",
            KerasShape = here,
            SpectralState = weight.SpectralState,
        };
        return new(weight.Bias is null ? $"{code}, bias=False)" : $"{code})")
        {
            KerasType = keras,
            Tensors = weight.Bias is not { } bias ? [matrix]
                : [matrix, Row("bias", bias, outputs, "bias")],
        };
    }

    private static IEnumerable<TorchTensor> ScaleAndShift(ReadOnlySpan<Tensor> tensors, VectorOrder? order) =>
        [Row("weight", tensors[0], order, "gamma"), Row("bias", tensors[1], order, "beta")];

    private static IEnumerable<TorchTensor> Moments(string prefix, Tensor mean, Tensor variance, VectorOrder? order) =>
        [
            Row($"{prefix}running_mean", mean, order, "moving_mean"),
            Row($"{prefix}running_var", variance, order, "moving_variance"),
            new($"{prefix}num_batches_tracked", [], null),
        ];

    private static TorchTensor Row(string name, Tensor row, VectorOrder? order, string keras) =>
        new(name, [row.Shape.Columns], row) { Places = order is null ? null : order.Places, KerasName = keras };

    /// <summary>Rows of zeros before and after images; even where PyTorch's padding of both sides does.</summary>
    private static (bool Even, int Before, int After) Zeros(
        int length, int outLength, int kernel, int stride, int before) =>
        (((length + (2 * before) - kernel) / stride) + 1 == outLength && length + (2 * before) >= kernel, before,
            ((outLength - 1) * stride) + kernel - length - before);

    private static TorchModule Pad(int left, int right, int above, int below) =>
        new($"nn.ZeroPad2d(({left}, {right}, {above}, {below}))");

    private static string Sides(int height, int width) => height == width ? $"{height}" : $"({height}, {width})";

    private static string Setting(string name, int rows, int columns) =>
        (rows, columns) == (0, 0) ? "" : $", {name}={Sides(rows, columns)}";
}
