using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>Convolutions and their gradients.</summary>
internal sealed partial class IlgpuBackend
{
    private ConvolutionNaiveGpu Convolutions => field ??= new(loader);

    public Action Convolution(ConvolutionShape shape, Slice<float> x, Slice<float> w, Slice<float> y, GemmEpilogue epilogue)
    {
        LaunchArguments.Convolution(shape, x, w, y, epilogue);
        return Convolutions.BindForward(Stream, shape, View(x), View(w), View(y)) + Finish(shape.OutPixels, shape.Filters, y, epilogue);
    }

    public Action ConvolutionInputGradient(ConvolutionShape shape, Slice<float> dy, Slice<float> w, Slice<float> dx, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionInputGradient(shape, dy, w, dx, epilogue);
        return Convolutions.BindInputGradient(Stream, shape, View(dy), View(w), View(dx)) + Finish(shape.Pixels, shape.Channels, dx, epilogue);
    }

    public Action ConvolutionWeightGradient(ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue)
    {
        LaunchArguments.ConvolutionWeightGradient(shape, x, dy, dw, epilogue);
        Action product = Convolutions.BindWeightGradient(Stream, shape, View(x), View(dy), View(dw));
        return epilogue.ColumnSums is { } sums ? product + ColumnSums(shape.OutPixels, shape.Filters, dy, sums) : product;
    }

    /// <summary>The epilogue as launches of its own, in place; null where there is none.</summary>
    private Action? Finish(int rows, int columns, Slice<float> y, GemmEpilogue epilogue)
    {
        if (epilogue.Output is { } output)
            return ActivationGradient(epilogue.Activation, y, output, y);
        if (epilogue.Bias is not { } bias)
            return null;
        Action add = AddBias(rows, columns, y, bias, y);
        return epilogue.Activation.Kind == ActivationKind.Identity ? add : add + Activate(epilogue.Activation, y, y);
    }
}
