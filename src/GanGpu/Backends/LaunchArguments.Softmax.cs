using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Classes by probability.</summary>
internal static partial class LaunchArguments
{
    public static void Softmax(int rows, int columns, Slice<float> x, Slice<float> y)
    {
        Matrix(nameof(Softmax), rows, columns, "x", x);
        Shape(nameof(Softmax), "y", y, rows, columns);
        Apart(nameof(Softmax), "y", y, "x", x);
    }

    public static void LogSumExp(int rows, int columns, Slice<float> x, Slice<float> y)
    {
        Matrix(nameof(LogSumExp), rows, columns, "x", x);
        Shape(nameof(LogSumExp), "y", y, rows);
        Apart(nameof(LogSumExp), "y", y, "x", x);
    }

    public static void SoftmaxCrossEntropy(
        int rows, int classes, ClassTargets targets, Slice<float> logits, Slice<float> labels, Slice<float> gradient, Slice<float> results, Slice<float> figures)
    {
        const string operation = nameof(SoftmaxCrossEntropy);
        Classes(operation, classes);
        Matrix(operation, rows, classes, "the logits", logits);
        Shape(operation, "the labels", labels, rows);
        if (targets.Split < 0 || targets.Split > rows)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: the split must be in 0..{rows}, the number of rows, but is {targets.Split}."));
        Shape(operation, "the gradient", gradient, rows, classes);
        Shape(operation, "the results", results, rows, 2);
        Shape(operation, "the figures", figures, Graph.SoftmaxCrossEntropy.FigureCount);
        Slice<float>[] written = [gradient, results, figures];
        for (int i = 0; i < written.Length; i++)
        {
            Apart(operation, "an output", written[i], "the logits", logits);
            Apart(operation, "an output", written[i], "the labels", labels);
            Apart(operation, "an output", written[i], "another", written[(i + 1) % written.Length]);
        }
    }
}
