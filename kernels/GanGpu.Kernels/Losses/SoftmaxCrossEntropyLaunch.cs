using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The softmax cross-entropy of logits [rows, classes] with labels [rows] (see <see cref="OneHotLaunch"/>) and its
/// gradient: gradient = weight · (softmax − one-hot) / labelled rows of the part (see <see cref="ClassTargets"/>), 0 in
/// a row without label. results [rows, 2] are a row's loss, and 1 if its label has the first of the greatest logits;
/// both are 0 without label. metrics [4] = (mean loss of the first part, of the second, share of correct rows in the
/// first, in the second), over the rows with a label; 0 if there are none. The means are unweighted.
/// </summary>
internal readonly record struct SoftmaxCrossEntropyLaunch(
    int Rows, int Classes, ClassTargets Targets, Slice<float> Logits, Slice<float> Labels, Slice<float> Gradient,
    Slice<float> Results, Slice<float> Metrics) : ILaunch
{
    /// <summary>Number of metrics.</summary>
    public const int MetricCount = 4;

    private const string Operation = "SoftmaxCrossEntropy";

    public void Check()
    {
        ClassChecks.Classes(Operation, Classes);
        Matrix(Operation, Rows, Classes, "the logits", Logits);
        Shape(Operation, "the labels", Labels, Rows);
        if (Targets.Split < 0 || Targets.Split > Rows)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the split must be in 0..{Rows}, the number of rows, but is {Targets.Split}."));
        Shape(Operation, "the gradient", Gradient, Rows, Classes);
        Shape(Operation, "the results", Results, Rows, 2);
        Shape(Operation, "the metrics", Metrics, MetricCount);
        Slice<float>[] written = [Gradient, Results, Metrics];
        for (int i = 0; i < written.Length; i++)
        {
            Apart(Operation, "an output", written[i], "the logits", Logits);
            Apart(Operation, "an output", written[i], "the labels", Labels);
            Apart(Operation, "an output", written[i], "another", written[(i + 1) % written.Length]);
        }
    }

    public Action Bind(IGpu gpu) => SoftmaxCrossEntropyGpu.Of(gpu).Bind(gpu, this);

    public Action Bind(IHost host) => SoftmaxCrossEntropyHost.Bind(host, this);
}
