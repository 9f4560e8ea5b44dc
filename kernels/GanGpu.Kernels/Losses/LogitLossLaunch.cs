using System.Globalization;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// An adversarial loss l of logits x[n] with targets t, and its gradient, in one pass. l is
/// max(x,0) − x·t + log1p(e^−|x|) (sigmoid cross-entropy), ½(x − t)² (least squares), max(0, 1 − t·x) (hinge), or −t·x
/// (linear). gradient[n] is that of the objective (see <see cref="BinaryTargets"/>), weight · ∂l/∂x / rows of the part.
/// figures[4] is (mean loss of the first part, of the second, share of the first part's logits on their target's side
/// of the border, of the second's): above it where the target is at least one half, not above it otherwise; 0 for an
/// empty part. The border is ½ for least squares, else 0. The means are unweighted. Relativistic pairing takes x[2m]: l
/// = log(1 + e^−z) of m pairs, z = x_i − x_(m+i) where the first target is the greater, else the negative; figures are
/// (mean loss, 0, share of pairs with x_i &gt; x_(m+i), the same).
/// </summary>
internal readonly unsafe struct LogitLossLaunch(
    LogitLossKind kind, BinaryTargets targets, Slice<float> logits, Slice<float> gradient,
    Slice<float> figures) : ILaunch
{
    /// <summary>Floats of figures.</summary>
    public const int FigureCount = 4;

    private const string Operation = "LogitLoss";

    public void Check()
    {
        if (targets.Split < 0 || targets.Split > logits.Length)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: the split must be in 0..{logits.Length}, the number of logits, but is " +
                    $"{targets.Split}."));
        SameLength(Operation, "logits", logits, "gradient", gradient);
        Shape(Operation, "figures", figures, FigureCount);
        Apart(Operation, "gradient", gradient, "logits", logits);
        Apart(Operation, "figures", figures, "logits", logits);
        Apart(Operation, "figures", figures, "gradient", gradient);
        if (kind == LogitLossKind.RelativisticPairing && 2 * targets.Split != logits.Length)
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Operation}: pairing needs the split in the middle of the {logits.Length} logits, but it is " +
                    $"{targets.Split}."));
    }

    public Action Bind(IGpu gpu) =>
        LogitLossGpu.Of(gpu)
            .Bind(gpu.Stream, kind, targets, gpu.View(logits), gpu.View(gradient), gpu.View(figures));

    public Action Bind(IHost host) =>
        LogitLossHost.Bind(
            host.Team, kind, targets, logits.Length, host.Address(logits), host.Address(gradient),
            host.Address(figures));
}
