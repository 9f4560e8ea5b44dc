using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// The softmax cross-entropy of logits [n, classes] with labels [n, 1]: the gradient of the objective towards the
/// logits [n, classes] and the metrics [1,4] (mean loss of the first and of the second part, share of rows in each
/// whose label has the greatest logit). See <see cref="ClassTargets"/>. It ends a graph: <see cref="Gradient"/> is the
/// cotangent that differentiation starts from.
/// </summary>
internal sealed class SoftmaxCrossEntropy : Operation
{
    /// <summary>Number of metrics.</summary>
    public const int MetricCount = SoftmaxCrossEntropyLaunch.MetricCount;

    public SoftmaxCrossEntropy(Tensor logits, Tensor labels, ClassTargets targets)
        : base([logits, labels], logits.Shape, new Shape(logits.Shape.Rows, 2), new Shape(1, MetricCount))
    {
        Require(labels.Shape == new Shape(logits.Shape.Rows, 1), "A cross-entropy needs one label a row",
            logits, labels);
        if (targets.Split < 1 || targets.Split > logits.Shape.Rows)
            throw new ArgumentException(
                $"The cross-entropy splits its rows after 1 to {logits.Shape.Rows} of them: got {logits} split at " +
                $"{targets.Split}.");
        Targets = targets;
    }

    public ClassTargets Targets { get; }

    public Tensor Gradient => Outputs[0];

    public Tensor Metrics => Outputs[2];

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        throw new NotSupportedException(
            "The cross-entropy ends a graph: start differentiation from its logits and its gradient.");

    public override Action Bind(PlanBinding binding) => binding.Backend.Bind(new SoftmaxCrossEntropyLaunch(
        Inputs[0].Shape.Rows, Inputs[0].Shape.Columns, Targets, binding[Inputs[0]], binding[Inputs[1]],
        binding[Gradient], binding[Outputs[1]], binding[Metrics]));
}
