using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// An adversarial loss of logits [n,1]: the gradient of the objective towards them [n,1] and the metrics [1,4] (mean
/// loss of the first and of the second part, share of each on its target's side); see <see cref="BinaryTargets"/> and
/// <see cref="LogitLossLaunch"/>. It ends a graph: differentiation starts from the cotangent <see cref="Gradient"/>.
/// </summary>
internal sealed class LogitLoss : Operation
{
    /// <summary>Number of metrics.</summary>
    public const int MetricCount = LogitLossLaunch.MetricCount;

    public LogitLoss(LogitLossKind kind, Tensor logits, BinaryTargets targets)
        : base([logits], logits.Shape, new Shape(1, MetricCount))
    {
        if (logits.Shape.Columns != 1 || targets.Split < 1 || targets.Split > logits.Shape.Rows)
            throw new ArgumentException(
                $"{kind} takes one logit a row and splits them after 1 to {logits.Shape.Rows} rows: got {logits} " +
                $"split at {targets.Split}.");
        if (kind == LogitLossKind.RelativisticPairing && 2 * targets.Split != logits.Shape.Rows)
            throw new ArgumentException(
                $"Relativistic pairing takes as many fakes as real samples: got {logits} split at {targets.Split}.");
        Kind = kind;
        Targets = targets;
    }

    public LogitLossKind Kind { get; }

    public BinaryTargets Targets { get; }

    public Tensor Gradient => Outputs[0];

    public Tensor Metrics => Outputs[1];

    public override LaunchCost Cost => base.Cost with { Operation = Kind.ToString() };

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        throw new NotSupportedException(
            "A loss of logits ends a graph: start differentiation from its logits and its gradient.");

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(
            new LogitLossLaunch(Kind, Targets, binding[Inputs[0]], binding[Gradient], binding[Metrics]));
}
