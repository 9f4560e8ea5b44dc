using GanGpu.Graph;
using GanGpu.Kernels.Losses;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// Fuses a discriminator's last layer, its loss, the gradients of that layer and the end of the step: for a GAN's few
/// logits each of them takes less time than its launch.
/// </summary>
internal static class LogitsFusion
{
    public static void Apply(List<Launch> launches)
    {
        foreach (
            LogitLoss loss in launches.OfType<LogitLoss>()
            .Where(loss => loss.Kind != LogitLossKind.RelativisticPairing).ToList())
        {
            if (launches.OfType<FusedMatMul>().FirstOrDefault(product => product.C == loss.Inputs[0]) is { } layer
                && Fits(layer))
                Join(launches, layer, loss);
        }
    }

    private static bool Fits(FusedMatMul layer) =>
        layer.Bias is not null && layer.Activation == default
        && layer.Gemm is { N: 1, TransposeA: false, TransposeB: false, M: <= LogitsLayerGpu.MostRows }
        && layer.Gemm.M * (long)layer.Gemm.K <= FusedLogitsLayer.MostElements;

    private static void Join(List<Launch> launches, FusedMatMul layer, LogitLoss loss)
    {
        Tensor gradient = loss.Gradient;
        FusedMatMul? weights = launches.OfType<FusedMatMul>().FirstOrDefault(product =>
            product is { ColumnSums: not null, Gemm: { TransposeA: true, TransposeB: false } } && product.A == layer.A
                && product.B == gradient);
        FusedMatMul? inputs = launches.OfType<FusedMatMul>().FirstOrDefault(product =>
            product is { Gemm: { TransposeA: false, TransposeB: true } } && product.A == gradient
                && product.B == layer.B && product.ActivationOutput == layer.A);

        // Another reader of the logits may be between the layer and the loss: the fused launch takes the layer's
        // position.
        int place = launches.IndexOf(layer);
        AdvanceStep? end = launches.OfType<AdvanceStep>()
            .FirstOrDefault(end => end.Clock == 0 && end.Metrics == loss.Metrics);
        if (launches.Skip(place).Any(launch => launch.ReadsStep))
            end = null;
        launches[place] = new FusedLogitsLayer(layer, loss)
        {
            WeightGradient = weights,
            InputGradient = inputs,
            End = end,
        };
        launches.RemoveAll(launch => launch == loss || launch == weights || launch == inputs || launch == end);
    }
}
