using GanGpu.Graph;

namespace GanGpu.Tests.Reference;

/// <summary>The losses of logits.</summary>
internal static partial class Float64Graph
{
    private static double[][] LossOfLogits(LogitLoss loss, double[] logits)
    {
        (double[] gradient, double[] metrics) = ReferenceLogitLoss.Of(loss.Kind, loss.Targets, logits);
        return [gradient, metrics];
    }
}
