using GanGpu.Kernels.Convolution;

namespace GanGpu.Backends;

/// <summary>Convolutions and their gradients.</summary>
internal static partial class LaunchArguments
{
    public static void Convolution(ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue)
    {
        Geometry(nameof(Convolution), shape, x, w, y);
        Output(nameof(Convolution), "y", y, shape.OutPixels, shape.Filters, epilogue, ("x", x), ("w", w));
    }

    public static void ConvolutionInputGradient(ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue)
    {
        Geometry(nameof(ConvolutionInputGradient), shape, dx, w, dy);
        Output(nameof(ConvolutionInputGradient), "dx", dx, shape.Pixels, shape.Channels, epilogue, ("dy", dy), ("w", w));
    }

    public static void ConvolutionWeightGradient(ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue)
    {
        const string operation = nameof(ConvolutionWeightGradient);
        Geometry(operation, shape, x, dw, dy);
        Apart(operation, "dw", dw, "x", x);
        Apart(operation, "dw", dw, "dy", dy);
        if (epilogue.Bias is not null || epilogue.Output is not null)
            throw new ArgumentException($"{operation}: a weight gradient has column sums at most.");
        if (epilogue.ColumnSums is { } sums)
        {
            Shape(operation, "the column sums", sums, shape.Filters);
            Apart(operation, "the column sums", sums, "x", x);
            Apart(operation, "the column sums", sums, "dy", dy);
            Apart(operation, "the column sums", sums, "dw", dw);
        }
    }

    private static void Geometry(string operation, ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y)
    {
        foreach ((int value, string name) in new[]
        {
            (shape.Batch, "the batch"), (shape.Height, "the height"), (shape.Width, "the width"), (shape.Channels, "the channels"), (shape.Filters, "the filters"),
            (shape.KernelHeight, "the kernel's height"), (shape.KernelWidth, "the kernel's width"), (shape.Stride, "the stride"),
            (shape.OutHeight, "the height of the result"), (shape.OutWidth, "the width of the result"),
        })
        {
            Positive(operation, name, value);
        }

        if (shape.PaddingTop < 0 || shape.PaddingLeft < 0)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: the padding must not be negative, but is {shape.PaddingTop} above and {shape.PaddingLeft} to the left."));
        Shape(operation, "the images", x, shape.Pixels, shape.Channels);
        Shape(operation, "the weights", w, shape.PatchLength, shape.Filters);
        Shape(operation, "the result", y, shape.OutPixels, shape.Filters);
    }

    private static void Output(
        string operation, string name, Slice<float> output, int rows, int columns, GemmEpilogue epilogue, params (string Name, Slice<float> Slice)[] inputs)
    {
        foreach ((string inputName, Slice<float> input) in inputs)
            Apart(operation, name, output, inputName, input);
        if (epilogue.ColumnSums is not null || (epilogue.Bias is not null && epilogue.Output is not null))
            throw new ArgumentException($"{operation}: a bias or an activation's gradient can be joined, not both, and no column sums.");
        if (epilogue.Bias is { } bias)
        {
            Shape(operation, "the bias", bias, columns);
            Apart(operation, name, output, "the bias", bias);
        }

        if (epilogue.Output is { } activated)
        {
            Shape(operation, "the activation's output", activated, rows, columns);
            Apart(operation, name, output, "the activation's output", activated);
        }
    }
}
