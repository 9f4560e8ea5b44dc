using System.Globalization;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Convolution;

/// <summary>Checks of the operands of a convolution and of its gradients.</summary>
internal static class ConvolutionChecks
{
    public static void Geometry(
        string operation, ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y)
    {
        foreach ((int value, string name) in new[]
        {
            (shape.Batch, "the batch"), (shape.Height, "the height"), (shape.Width, "the width"),
                (shape.Channels, "the channels"), (shape.Filters, "the filters"),
            (shape.KernelHeight, "the kernel's height"), (shape.KernelWidth, "the kernel's width"),
            (shape.Stride, "the stride"),
            (shape.OutHeight, "the height of the result"), (shape.OutWidth, "the width of the result"),
        })
        {
            Positive(operation, name, value);
        }

        if (shape.PaddingTop < 0 || shape.PaddingLeft < 0)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{operation}: the padding must not be negative, but is {shape.PaddingTop} above and " +
                    $"{shape.PaddingLeft} to the left."));
        Shape(operation, "the images", x, shape.Pixels, shape.Channels);
        Shape(operation, "the weights", w, shape.PatchLength, shape.Filters);
        Shape(operation, "the result", y, shape.OutPixels, shape.Filters);
    }

    public static void Output(
        string operation, string name, Slice<float> output, int rows, int columns, GemmEpilogue epilogue,
        params (string Name, Slice<float> Slice)[] inputs)
    {
        foreach ((string inputName, Slice<float> input) in inputs)
            Apart(operation, name, output, inputName, input);
        if (epilogue.ColumnSums is not null || (epilogue.Bias is not null && epilogue.Output is not null))
            throw new ArgumentException(
                $"{operation}: a bias or an activation's gradient can be joined, not both, and no column sums.");
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
