using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The softmax cross-entropy of logits [rows, classes] with labels [rows] (see <see cref="OneHotLaunch"/>) and its
/// gradient: gradient = weight · (softmax − one-hot) / labelled rows of the part (see <see cref="ClassTargets"/>), 0 in
/// a row without label. results [rows, 2] is a row's loss, and 1 where its label has the first of the greatest logits;
/// both 0 without label. figures [4] is (mean loss of the first part, of the second, share of right rows in the first,
/// in the second), of those with a label; 0 where there are none. The means are unweighted.
/// </summary>
internal readonly record struct SoftmaxCrossEntropyLaunch(
    int Rows, int Classes, ClassTargets Targets, Slice<float> Logits, Slice<float> Labels, Slice<float> Gradient,
    Slice<float> Results, Slice<float> Figures) : ILaunch
{
    /// <summary>Floats of figures.</summary>
    public const int FigureCount = 4;

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
        Shape(Operation, "the figures", Figures, FigureCount);
        Slice<float>[] written = [Gradient, Results, Figures];
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
