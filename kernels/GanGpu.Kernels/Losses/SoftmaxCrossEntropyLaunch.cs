using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Batch.ClassChecks;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The softmax cross-entropy of logits [rows, classes] with labels [rows] (see <see cref="OneHotLaunch"/>) and its
/// gradient: gradient = weight · (softmax − one-hot) / labelled rows of the part (see <see cref="ClassTargets"/>), 0 in
/// a row without label. results [rows, 2] is a row's loss, and 1 where its label has the first of the greatest logits;
/// both 0 without label. figures [4] is (mean loss of the first part, of the second, share of right rows in the first,
/// in the second), of those with a label; 0 where there are none. The means are unweighted.
/// </summary>
internal readonly unsafe struct SoftmaxCrossEntropyLaunch(
    int rows, int classes, ClassTargets targets, Slice<float> logits, Slice<float> labels, Slice<float> gradient,
    Slice<float> results, Slice<float> figures) : ILaunch
{
    /// <summary>Floats of figures.</summary>
    public const int FigureCount = 4;

    private const string Operation = "SoftmaxCrossEntropy";

    public void Check()
    {
        Classes(Operation, classes);
        Matrix(Operation, rows, classes, "the logits", logits);
        Shape(Operation, "the labels", labels, rows);
        if (targets.Split < 0 || targets.Split > rows)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the split must be in 0..{rows}, the number of rows, but is {targets.Split}."));
        Shape(Operation, "the gradient", gradient, rows, classes);
        Shape(Operation, "the results", results, rows, 2);
        Shape(Operation, "the figures", figures, FigureCount);
        Slice<float>[] written = [gradient, results, figures];
        for (int i = 0; i < written.Length; i++)
        {
            Apart(Operation, "an output", written[i], "the logits", logits);
            Apart(Operation, "an output", written[i], "the labels", labels);
            Apart(Operation, "an output", written[i], "another", written[(i + 1) % written.Length]);
        }
    }

    public Action Bind(IGpu gpu) =>
        SoftmaxCrossEntropyGpu.Of(gpu)
            .Bind(gpu.Stream, rows, classes, targets, gpu.View(logits), gpu.View(labels), gpu.View(gradient),
                gpu.View(results), gpu.View(figures));

    public Action Bind(IHost host) =>
        SoftmaxCrossEntropyHost.Bind(
            host.Team, rows, classes, targets, host.Address(logits), host.Address(labels), host.Address(gradient),
            host.Address(results), host.Address(figures));
}
