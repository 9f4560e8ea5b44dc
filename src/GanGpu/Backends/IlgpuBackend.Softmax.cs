using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Classes by probability.</summary>
internal sealed partial class IlgpuBackend
{
    private SoftmaxGpu SoftmaxKernels => field ??= new(loader);

    private SoftmaxCrossEntropyGpu SoftmaxLoss => field ??= new(loader);

    public Action Softmax(int rows, int columns, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Softmax(rows, columns, x, y);
        return SoftmaxKernels.BindSoftmax(Stream, rows, columns, View(x), View(y));
    }

    public Action LogSumExp(int rows, int columns, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.LogSumExp(rows, columns, x, y);
        return SoftmaxKernels.BindLogSumExp(Stream, rows, columns, View(x), View(y));
    }

    public Action SoftmaxCrossEntropy(
        int rows, int classes, ClassTargets targets, Slice<float> logits, Slice<float> labels, Slice<float> gradient, Slice<float> results, Slice<float> figures)
    {
        LaunchArguments.SoftmaxCrossEntropy(rows, classes, targets, logits, labels, gradient, results, figures);
        return SoftmaxLoss.Bind(Stream, rows, classes, targets, View(logits), View(labels), View(gradient), View(results), View(figures));
    }
}
