using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Classes by probability.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action Softmax(int rows, int columns, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.Softmax(rows, columns, x, y);
        return SoftmaxHost.Softmax(team, rows, columns, Address(x), Address(y));
    }

    public Action LogSumExp(int rows, int columns, Slice<float> x, Slice<float> y)
    {
        LaunchArguments.LogSumExp(rows, columns, x, y);
        return SoftmaxHost.LogSumExp(team, rows, columns, Address(x), Address(y));
    }

    public Action SoftmaxCrossEntropy(
        int rows, int classes, ClassTargets targets, Slice<float> logits, Slice<float> labels, Slice<float> gradient, Slice<float> results, Slice<float> figures)
    {
        LaunchArguments.SoftmaxCrossEntropy(rows, classes, targets, logits, labels, gradient, results, figures);
        return SoftmaxCrossEntropyHost.Bind(team, rows, classes, targets, Address(logits), Address(labels), Address(gradient), Address(results), Address(figures));
    }
}
