using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Classes by probability: the softmax of logits, and its loss.</summary>
internal partial interface IBackend
{
    /// <summary>y[r,c] = e^x[r,c] / Σ_i e^x[r,i], the greatest of a row taken out first.</summary>
    Action Softmax(int rows, int columns, Slice<float> x, Slice<float> y);

    /// <summary>y[r] = ln Σ_c e^x[r,c], the greatest of a row taken out first.</summary>
    Action LogSumExp(int rows, int columns, Slice<float> x, Slice<float> y);

    /// <summary>
    /// The softmax cross-entropy of logits [rows, classes] with labels [rows] (see <see cref="OneHot"/>) and its gradient:
    /// gradient = weight · (softmax − one-hot) / labelled rows of the part (see <see cref="ClassTargets"/>), 0 in a row
    /// without label. results [rows, 2] is a row's loss, and 1 where its label has the first of the greatest logits; both 0
    /// without label. figures [4] is (mean loss of the first part, of the second, share of right rows in the first, in the
    /// second), of those with a label; 0 where there are none. The means are unweighted.
    /// </summary>
    Action SoftmaxCrossEntropy(
        int rows, int classes, ClassTargets targets, Slice<float> logits, Slice<float> labels, Slice<float> gradient, Slice<float> results, Slice<float> figures);
}
