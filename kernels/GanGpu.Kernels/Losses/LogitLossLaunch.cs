using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// An adversarial loss l of logits x[n] with targets t, and its gradient, in one pass. l is max(x,0) − x·t +
/// log1p(e^−|x|) (sigmoid cross-entropy), ½(x − t)² (least squares), max(0, 1 − t·x) (hinge), or −t·x (linear).
/// gradient[n] is the gradient of the objective (see <see cref="BinaryTargets"/>), weight · ∂l/∂x / rows of the part.
/// metrics[4] = (mean loss of the first part, of the second, share of logits on their target's side of the border in
/// the first, in the second). That side is above the border if the target is at least one half, otherwise not above it.
/// The border is ½ for least squares, otherwise 0. The metrics of an empty part are 0; the means are unweighted.
/// Relativistic pairing takes x[2m]: l = log(1 + e^−z) of m pairs, with z = x_i − x_(m+i) if the first target is the
/// greater, otherwise its negative; metrics are (mean loss, 0, share of pairs with x_i &gt; x_(m+i), the same).
/// </summary>
internal readonly unsafe struct LogitLossLaunch(
    LogitLossKind kind, BinaryTargets targets, Slice<float> logits, Slice<float> gradient,
    Slice<float> metrics) : ILaunch
{
    /// <summary>Number of metrics.</summary>
    public const int MetricCount = 4;

    private const string Operation = "LogitLoss";

    public void Check()
    {
        if (targets.Split < 0 || targets.Split > logits.Length)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: the split must be in 0..{logits.Length}, the number of logits, but is " +
                    $"{targets.Split}."));
        SameLength(Operation, "logits", logits, "gradient", gradient);
        Shape(Operation, "metrics", metrics, MetricCount);
        Apart(Operation, "gradient", gradient, "logits", logits);
        Apart(Operation, "metrics", metrics, "logits", logits);
        Apart(Operation, "metrics", metrics, "gradient", gradient);
        if (kind == LogitLossKind.RelativisticPairing && 2 * targets.Split != logits.Length)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: pairing needs the split in the middle of the {logits.Length} logits, but it is " +
                    $"{targets.Split}."));
    }

    public Action Bind(IGpu gpu) =>
        LogitLossGpu.Of(gpu)
            .Bind(gpu.Stream, kind, targets, gpu.View(logits), gpu.View(gradient), gpu.View(metrics));

    public Action Bind(IHost host) =>
        LogitLossHost.Bind(
            host.Team, kind, targets, logits.Length, host.Address(logits), host.Address(gradient),
            host.Address(metrics));
}
